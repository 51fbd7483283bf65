package io.faultline.playbook.model;

import io.faultline.playbook.expression.Decimal;
import io.faultline.playbook.expression.Expression;
import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.TimeSpan;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.expression.ValueType;
import io.faultline.runtime.seam.Invariants;
import java.util.Optional;

/// A number or span that a playbook computes, with the range that the result must lie in. Immutable.
///
/// @param what the field, for messages: `timeout of step kill`
/// @param range what the result may be; spans in nanoseconds
public record Quantity(String what, Expression expression, Range range) {

    /// @param isWhole whether the result has to be a whole number
    public record Range(double min, double max, boolean isWhole) {
        public static Range ofSpan(long minNanos, long maxNanos) {
            return new Range(minNanos, maxNanos, true);
        }

        public static Range ofCount(long min, long max) {
            return new Range(min, max, true);
        }

        public static Range ofNumber(double min, double max) {
            return new Range(min, max, false);
        }
    }

    /// A fixed span, for what a file leaves out.
    public static Quantity ofNanos(String what, long nanos) {
        return new Quantity(what, new Expression.Literal(new Value.Span(nanos)), Range.ofSpan(nanos, nanos));
    }

    /// A fixed number, for what a file leaves out.
    public static Quantity ofNumber(String what, double number) {
        return new Quantity(what, new Expression.Literal(new Value.Amount(number)), Range.ofNumber(number, number));
    }

    public boolean isSpan() {
        return expression.type() == ValueType.SPAN;
    }

    /// What is wrong with the result in `scope`, if anything. A result that is not known yet is not wrong.
    public Optional<String> problemIn(Scope scope) {
        Optional<Value> value = expression.evaluate(scope);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        double result = number(value.get());
        if (range.isWhole && result != StrictMath.rint(result)) {
            return Optional.of(what + " is " + value.get().text() + "; give a whole number");
        }
        if (result < range.min || result > range.max) {
            return Optional.of(
                    what + " is " + value.get().text() + "; give " + text(range.min) + " to " + text(range.max));
        }
        return Optional.empty();
    }

    /// The result as a number, a span in nanoseconds. The scope has been checked: every name has a value.
    public double in(Scope scope) {
        return number(expression.evaluate(scope).orElseThrow(() -> noValue(scope)));
    }

    public long nanosIn(Scope scope) {
        return (long) in(scope);
    }

    public int countIn(Scope scope) {
        return (int) in(scope);
    }

    /// Whether the result can be computed in `scope`.
    public boolean isKnownIn(Scope scope) {
        return expression.evaluate(scope).isPresent();
    }

    private IllegalStateException noValue(Scope scope) {
        return Invariants.broken(
                "%s: %s has no value among %s",
                what, Quoted.name(expression.text()), scope.values().sequencedKeySet());
    }

    private static double number(Value value) {
        return switch (value) {
            case Value.Amount(double amount) -> amount;
            case Value.Span(long nanos) -> nanos;
            case Value.Text _, Value.Flag _ -> throw Invariants.broken("%s is not a quantity", value);
        };
    }

    private String text(double bound) {
        return isSpan() ? TimeSpan.text((long) bound) : Decimal.plain(bound);
    }
}
