package io.faultline.runtime.history;

/// A count over a sliding window of time, in ten buckets. Constant memory, constant time.
final class RateWindow {
    private static final int BUCKETS = 10;

    private final long bucketNanos;
    private final long[] counts = new long[BUCKETS];
    private long newest = Long.MIN_VALUE;

    RateWindow(long windowNanos) {
        this.bucketNanos = windowNanos / BUCKETS;
    }

    void add(long atNanos, long count) {
        advance(atNanos / bucketNanos);
        counts[(int) (newest % BUCKETS)] += count;
    }

    /// The rate over the whole buckets before `nowNanos`.
    double perSecond(long nowNanos) {
        long current = Math.max(newest, nowNanos / bucketNanos);
        long sum = 0;
        for (long b = current - BUCKETS + 1; b < current; b++) {
            if (b >= 0 && b <= newest && b > newest - BUCKETS) {
                sum += counts[(int) (b % BUCKETS)];
            }
        }
        return sum * 1e9 / ((BUCKETS - 1) * bucketNanos);
    }

    private void advance(long bucket) {
        if (newest == Long.MIN_VALUE) {
            newest = bucket;
        }
        long steps = Math.min(bucket - newest, BUCKETS);
        for (long i = 0; i < steps; i++) {
            counts[(int) ((bucket - i) % BUCKETS)] = 0;
        }
        newest = Math.max(newest, bucket);
    }
}
