package io.faultline.playbook.report;

import io.faultline.playbook.probe.Unit;
import java.util.OptionalDouble;

/// A figure as it was read. Immutable.
///
/// @param figure in the unit (durations in nanoseconds); not a number when there was no data
public record Measurement(double figure, Unit unit) {

    public static Measurement of(OptionalDouble figure, Unit unit) {
        return new Measurement(figure.orElse(Double.NaN), unit);
    }

    public boolean isPresent() {
        return !Double.isNaN(figure);
    }

    /// For people: `64`, `1.25 s`, `no data`.
    public String text() {
        return isPresent() ? unit.text(figure) : "no data";
    }
}
