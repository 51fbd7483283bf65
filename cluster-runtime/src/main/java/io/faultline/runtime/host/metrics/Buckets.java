package io.faultline.runtime.host.metrics;

import io.faultline.runtime.seam.Invariants;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// A histogram's buckets by Dynamo's rule, so that its dashboards fit: the first bound is 0, the last is `max`, those
/// between them are evenly spaced on a logarithmic scale that begins at `min`, all rounded to two significant figures,
/// equal ones dropped.
///
/// @param min of the scale, greater than 0; not a bound itself
/// @param max greater than `min`
/// @param count of bounds, the 0 included, 2 to 512
public record Buckets(double min, double max, int count) {
    private static final MathContext TWO_FIGURES = new MathContext(2, RoundingMode.HALF_UP);

    public Buckets {
        Invariants.check(min > 0 && max > min, "buckets go from above 0 (%s) to more than that (%s)", min, max);
        Invariants.check(count >= 2 && count <= 512, "2 to 512 buckets, not %s", count);
    }

    double[] upperBounds() {
        List<Double> bounds = new ArrayList<>(count);
        bounds.add(0.0);
        for (int i = 1; i < count; i++) {
            double exact = min * StrictMath.pow(max / min, (double) i / (count - 1));
            double rounded = new BigDecimal(exact).round(TWO_FIGURES).doubleValue();
            if (rounded > bounds.getLast()) {
                bounds.add(rounded);
            }
        }
        return bounds.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
