package io.faultline.runtime.window;

/// How many there were over a sliding window of time, in ten buckets: what is older than the window is forgotten
/// altogether, however much it was. Constant memory, constant time. Confined to one thread.
public final class RateWindow {
    private static final int BUCKETS = 10;
    /// One more than the window has, since it begins in the middle of one.
    private static final int SLOTS = BUCKETS + 1;

    private final long bucketNanos;
    private final long[] counts = new long[SLOTS];
    private long newest = Long.MIN_VALUE;

    /// @param windowNanos at least 10
    public RateWindow(long windowNanos) {
        this.bucketNanos = windowNanos / BUCKETS;
    }

    /// @param atNanos 0 or later; what comes late counts for the newest bucket
    public void add(long atNanos, long count) {
        advance(atNanos / bucketNanos);
        counts[(int) (newest % SLOTS)] += count;
    }

    /// The rate over the window that ends at `nowNanos`. Of the bucket in which it begins as much counts as lies
    /// inside.
    public double perSecond(long nowNanos) {
        long current = Math.max(newest, nowNanos / bucketNanos);
        long whole = 0;
        for (long bucket = current - BUCKETS + 1; bucket <= current; bucket++) {
            whole += count(bucket);
        }
        double past = Math.clamp((double) (nowNanos - current * bucketNanos) / bucketNanos, 0, 1);
        return (whole + (1 - past) * count(current - BUCKETS)) * 1e9 / (BUCKETS * bucketNanos);
    }

    private long count(long bucket) {
        return bucket >= 0 && bucket <= newest && bucket > newest - SLOTS ? counts[(int) (bucket % SLOTS)] : 0;
    }

    private void advance(long bucket) {
        if (newest == Long.MIN_VALUE) {
            newest = bucket;
        }
        long steps = Math.min(bucket - newest, SLOTS);
        for (long i = 0; i < steps; i++) {
            counts[(int) ((bucket - i) % SLOTS)] = 0;
        }
        newest = Math.max(newest, bucket);
    }
}
