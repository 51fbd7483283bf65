package io.faultline.runtime.host.bench;

import java.util.Arrays;

/// Times between two chunks of a stream, counted in tenths of a millisecond up to a second. Not thread-safe.
public final class Gaps {
    private static final int BUCKETS = 10_001;
    private static final long BUCKET_NANOS = 100_000;

    private final long[] counts;
    private long total;
    private long late;
    private long stalled;

    Gaps() {
        this(new long[BUCKETS]);
    }

    private Gaps(long[] counts) {
        this.counts = counts;
    }

    void add(long nanos, long paceNanos) {
        counts[(int) Math.min(BUCKETS - 1, nanos / BUCKET_NANOS)]++;
        total++;
        if (nanos > 2 * paceNanos) {
            late++;
        }
        if (nanos > 10 * paceNanos) {
            stalled++;
        }
    }

    Gaps copy() {
        Gaps copy = new Gaps(Arrays.copyOf(counts, BUCKETS));
        copy.total = total;
        copy.late = late;
        copy.stalled = stalled;
        return copy;
    }

    Gaps since(Gaps before) {
        Gaps difference = copy();
        for (int i = 0; i < BUCKETS; i++) {
            difference.counts[i] -= before.counts[i];
        }
        difference.total -= before.total;
        difference.late -= before.late;
        difference.stalled -= before.stalled;
        return difference;
    }

    /// More than twice the pace.
    long late() {
        return late;
    }

    /// More than ten times the pace.
    long stalled() {
        return stalled;
    }

    /// The smallest time, in milliseconds, that this share of all gaps does not exceed.
    double quantileMillis(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return (i + 1) * BUCKET_NANOS / 1e6;
            }
        }
        return 0;
    }
}
