package io.faultline.console.shell;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Optional;

/// Tells how full the heap's old generation was after its last collection: what is live, without what is garbage.
final class HeapWatch {
    private final Optional<MemoryPoolMXBean> oldGeneration;

    HeapWatch() {
        // The one pool of the heap that can be watched both ways; in the young ones nothing is left to watch.
        oldGeneration = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP
                        && pool.isUsageThresholdSupported()
                        && pool.isCollectionUsageThresholdSupported())
                .findFirst();
    }

    /// From 0 to 1; 0 before the first collection, and for a collector without generations.
    double liveShare() {
        return oldGeneration
                .map(MemoryPoolMXBean::getCollectionUsage)
                .map(HeapWatch::share)
                .orElse(0.0);
    }

    private static double share(MemoryUsage usage) {
        return usage.getMax() <= 0 ? 0 : (double) usage.getUsed() / usage.getMax();
    }
}
