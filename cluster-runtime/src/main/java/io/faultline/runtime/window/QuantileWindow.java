package io.faultline.runtime.window;

import java.util.Arrays;

/// Quantiles over the values of a sliding window of time, exact up to a bounded number of samples (the newest).
/// Confined to one thread.
public final class QuantileWindow {
    private final long windowNanos;
    private final long[] times;
    private final long[] values;
    private long count;

    public QuantileWindow(long windowNanos, int samplesMax) {
        this.windowNanos = windowNanos;
        this.times = new long[samplesMax];
        this.values = new long[samplesMax];
    }

    public void add(long atNanos, long value) {
        int slot = (int) (count % values.length);
        times[slot] = atNanos;
        values[slot] = value;
        count++;
    }

    /// The values for the given ranks in `(0, 1]` by nearest rank; -1 each when the window is empty.
    public long[] quantiles(long nowNanos, double... ranks) {
        int kept = (int) Math.min(count, values.length);
        long[] inside = new long[kept];
        int n = 0;
        for (int i = 0; i < kept; i++) {
            if (times[i] >= nowNanos - windowNanos) {
                inside[n++] = values[i];
            }
        }
        Arrays.sort(inside, 0, n);
        long[] result = new long[ranks.length];
        for (int r = 0; r < ranks.length; r++) {
            result[r] = n == 0 ? -1 : inside[Math.max(0, (int) Math.ceil(ranks[r] * n) - 1)];
        }
        return result;
    }
}
