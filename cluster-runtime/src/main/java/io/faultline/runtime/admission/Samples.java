package io.faultline.runtime.admission;

import java.util.Arrays;

/// The newest values of a window, at most as many as fit. Confined to the loop.
final class Samples {
    private final double[] values;
    private int count;

    Samples(int most) {
        this.values = new double[most];
    }

    void add(double value) {
        values[count++ % values.length] = value;
        if (count == 2 * values.length) {
            // Still full, and never overflows.
            count = values.length;
        }
    }

    int size() {
        return Math.min(count, values.length);
    }

    boolean isFull() {
        return count >= values.length;
    }

    /// 0 when there is none.
    double quantile(double share) {
        int size = size();
        if (size == 0) {
            return 0;
        }
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[Math.min(size - 1, (int) (share * size))];
    }

    void clear() {
        count = 0;
    }
}
