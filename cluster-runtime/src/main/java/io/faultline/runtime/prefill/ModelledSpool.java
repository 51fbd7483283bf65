package io.faultline.runtime.prefill;

import io.faultline.runtime.prefill.PrefillConfig.SpoolConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import java.util.TreeMap;

/// A disk that takes the time a disk takes, one access after the other, and holds nothing but sizes: the modelled
/// engine's blocks have no content. Confined to the loop.
public final class ModelledSpool implements KvSpool {
    private static final double NANOS_PER_SECOND = 1e9;

    private final NodeLoop loop;
    private final SpoolConfig config;
    private final TreeMap<Long, Long> bytesByJob = new TreeMap<>();
    private long bytes;
    private long freeAtNanos;

    public ModelledSpool(NodeLoop loop, SpoolConfig config) {
        this.loop = loop;
        this.config = config;
    }

    @Override
    public boolean write(long job, long size, Runnable written) {
        Invariants.check(!bytesByJob.containsKey(job), "job %s is in the spool already", job);
        if (bytes + size > config.bytesMax()) {
            return false;
        }
        bytesByJob.put(job, size);
        bytes += size;
        access(job, size / config.writeBytesPerSecond(), written);
        return true;
    }

    @Override
    public void read(long job, Runnable done) {
        Long size = bytesByJob.get(job);
        if (size == null) {
            throw Invariants.broken("job %s is not in the spool", job);
        }
        access(job, size / config.readBytesPerSecond(), done);
    }

    @Override
    public void drop(long job) {
        Long size = bytesByJob.remove(job);
        bytes -= size == null ? 0 : size;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    private void access(long job, double seconds, Runnable done) {
        long takesNanos = config.accessNanos() + Math.round(seconds * NANOS_PER_SECOND);
        freeAtNanos = Math.max(loop.now(), freeAtNanos) + takesNanos;
        loop.after(freeAtNanos - loop.now(), () -> {
            if (bytesByJob.containsKey(job)) {
                done.run();
            }
        });
    }
}
