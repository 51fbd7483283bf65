package io.faultline.playbook.probe;

import io.faultline.playbook.expression.Decimal;
import io.faultline.playbook.expression.ValueType;

/// The unit of a measured figure.
public enum Unit {
    /// How many.
    COUNT("count", ValueType.NUMBER),
    /// A share, 0 to 1.
    RATIO("ratio", ValueType.NUMBER),
    PER_SECOND("per second", ValueType.NUMBER),
    /// Measured in nanoseconds; bounds are written as durations (`5s`).
    DURATION("duration", ValueType.SPAN);

    private static final double MILLISECOND = 1e6;
    private static final double SECOND = 1e9;

    private final String words;
    private final ValueType boundType;

    Unit(String words, ValueType boundType) {
        this.words = words;
        this.boundType = boundType;
    }

    public String words() {
        return words;
    }

    /// The greatest figure that there can be; the least is 0.
    public double greatest() {
        return this == RATIO ? 1 : Double.POSITIVE_INFINITY;
    }

    /// What a tolerance for it is written as.
    public ValueType boundType() {
        return boundType;
    }

    /// A span for people.
    public static String span(long nanos) {
        return DURATION.text((double) nanos);
    }

    /// For people: `64`, `99.9 %`, `12.5/s`, `1.25 s`.
    public String text(double figure) {
        return switch (this) {
            case COUNT -> Decimal.rounded(figure, 2);
            case RATIO -> Decimal.rounded(100 * figure, 3) + " %";
            case PER_SECOND -> Decimal.rounded(figure, 1) + "/s";
            case DURATION ->
                Math.abs(figure) < SECOND
                        ? Decimal.rounded(figure / MILLISECOND, 1) + " ms"
                        : Decimal.rounded(figure / SECOND, 2) + " s";
        };
    }
}
