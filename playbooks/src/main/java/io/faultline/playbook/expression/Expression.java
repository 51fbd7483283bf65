package io.faultline.playbook.expression;

import java.util.Optional;

/// A formula over named values. Immutable; its type is known before any value is.
public sealed interface Expression {
    ValueType type();

    /// The value in `scope`; nothing when a name has no value there or the result is not a finite number.
    Optional<Value> evaluate(Scope scope);

    /// As it would be written.
    String text();

    record Literal(Value value) implements Expression {
        @Override
        public ValueType type() {
            return value.type();
        }

        @Override
        public Optional<Value> evaluate(Scope scope) {
            return Optional.of(value);
        }

        @Override
        public String text() {
            return value.text();
        }
    }

    record Reference(String name, ValueType type) implements Expression {
        @Override
        public Optional<Value> evaluate(Scope scope) {
            return scope.value(name).filter(value -> value.type() == type);
        }

        @Override
        public String text() {
            return "${" + name + "}";
        }
    }

    /// Two operands. The type follows from [Operator#resultOf].
    record Operation(Operator operator, Expression left, Expression right, ValueType type) implements Expression {
        @Override
        public Optional<Value> evaluate(Scope scope) {
            Optional<Value> l = left.evaluate(scope);
            Optional<Value> r = right.evaluate(scope);
            return l.isEmpty() || r.isEmpty()
                    ? Optional.empty()
                    : finite(operator.apply(quantity(l.get()), quantity(r.get())));
        }

        private Optional<Value> finite(double result) {
            // A span is kept below the range in which every double is a whole number of nanoseconds or close to it.
            if (!Double.isFinite(result) || type == ValueType.SPAN && Math.abs(result) > Long.MAX_VALUE / 2.0) {
                return Optional.empty();
            }
            return Optional.of(type == ValueType.SPAN ? new Value.Span(Math.round(result)) : new Value.Amount(result));
        }

        @Override
        public String text() {
            return operator.isFunction()
                    ? operator.symbol() + "(" + left.text() + ", " + right.text() + ")"
                    : "(" + left.text() + " " + operator.symbol() + " " + right.text() + ")";
        }
    }

    /// A number, or the nanoseconds of a span.
    private static double quantity(Value value) {
        return switch (value) {
            case Value.Amount(double amount) -> amount;
            case Value.Span(long nanos) -> nanos;
            case Value.Text _, Value.Flag _ -> Double.NaN;
        };
    }
}
