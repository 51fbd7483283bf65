package io.faultline.runtime.transport;

/// The worst lateness of late: halves every [#HALF_LIFE_NANOS], so that one bad moment is remembered for a while and
/// then forgotten. Confined to the loop.
final class LatenessMemory {
    static final long HALF_LIFE_NANOS = 5_000_000_000L;

    private static final int HALVINGS_MAX = 8;

    private long peakNanos;
    private long peakAtNanos;

    void note(long lateNanos, long now) {
        if (lateNanos > worst(now)) {
            peakNanos = lateNanos;
            peakAtNanos = now;
        }
    }

    long worst(long now) {
        long halvings = (now - peakAtNanos) / HALF_LIFE_NANOS;
        return halvings > HALVINGS_MAX ? 0 : peakNanos >> halvings;
    }
}
