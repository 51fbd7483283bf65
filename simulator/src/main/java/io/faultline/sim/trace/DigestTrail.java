package io.faultline.sim.trace;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.Digest;
import io.faultline.runtime.history.Fold;
import java.util.Arrays;

/// The digest after every event of a run, eight bytes each. Because it is chained, two trails are equal up to the
/// first difference and different from there on, so that event is found by bisection. Confined to one thread.
public final class DigestTrail implements Fold {
    private final Digest digest = new Digest();
    private long[] after = new long[4096];
    private int count;

    @Override
    public void apply(ClusterEvent event) {
        if (count == after.length) {
            after = Arrays.copyOf(after, 2 * count);
        }
        after[count++] = digest.add(event).value();
    }

    /// Events seen.
    public int count() {
        return count;
    }

    /// Number of the first event that differs from `other`'s, or -1 when both runs are the same. When one run is
    /// the beginning of the other it is the first event that only one of them has.
    public int firstDifference(DigestTrail other) {
        int low = 0;
        int high = Math.min(count, other.count);
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (after[middle] == other.after[middle]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == count && low == other.count ? -1 : low;
    }
}
