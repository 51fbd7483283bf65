package io.faultline.runtime.admission;

/// The latency of an uncongested cluster: the smallest median of a group of latencies seen in the current or
/// the last period. A median, because single latencies are too small now and then (after a pause of this
/// process tokens come in bursts); the smallest, because load makes latencies longer and never shorter. Once
/// known it stays known. Confined to the loop.
final class LatencyBaseline {
    private final Samples group;
    private final long groupNanos;
    private long groupBeganNanos = -1;
    private double current = Double.MAX_VALUE;
    private double last = Double.MAX_VALUE;

    /// @param groupSize fewest latencies of a group
    /// @param groupNanos shortest duration of a group
    LatencyBaseline(int groupSize, long groupNanos) {
        this.group = new Samples(groupSize);
        this.groupNanos = groupNanos;
    }

    void add(double latency, long nowNanos) {
        if (groupBeganNanos < 0) {
            groupBeganNanos = nowNanos;
        }
        group.add(latency);
        if (group.isFull() && nowNanos - groupBeganNanos >= groupNanos) {
            current = Math.min(current, group.quantile(0.5));
            group.clear();
            groupBeganNanos = -1;
        }
    }

    /// A new period begins.
    void rotate() {
        if (current != Double.MAX_VALUE) {
            last = current;
            current = Double.MAX_VALUE;
        }
        group.clear();
        groupBeganNanos = -1;
    }

    boolean isKnown() {
        return value() != Double.MAX_VALUE;
    }

    double value() {
        return Math.min(current, last);
    }
}
