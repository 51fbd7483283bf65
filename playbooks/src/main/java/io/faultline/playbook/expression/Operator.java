package io.faultline.playbook.expression;

import java.util.Optional;

/// What can be done with two quantities.
public enum Operator {
    PLUS("+"),
    MINUS("-"),
    TIMES("*"),
    DIVIDED_BY("/"),
    MIN("min"),
    MAX("max");

    private final String symbol;

    Operator(String symbol) {
        this.symbol = symbol;
    }

    public String symbol() {
        return symbol;
    }

    public boolean isFunction() {
        return this == MIN || this == MAX;
    }

    /// The type of the result, or nothing when the operands do not go together: spans are added to spans, scaled by
    /// numbers, and divided by spans into numbers.
    public Optional<ValueType> resultOf(ValueType left, ValueType right) {
        if (!isQuantity(left) || !isQuantity(right)) {
            return Optional.empty();
        }
        boolean same = left == right;
        return switch (this) {
            case PLUS, MINUS, MIN, MAX -> same ? Optional.of(left) : Optional.empty();
            case TIMES ->
                same && left == ValueType.SPAN
                        ? Optional.empty()
                        : Optional.of(same ? ValueType.NUMBER : ValueType.SPAN);
            case DIVIDED_BY ->
                same
                        ? Optional.of(ValueType.NUMBER)
                        : left == ValueType.SPAN ? Optional.of(ValueType.SPAN) : Optional.empty();
        };
    }

    double apply(double left, double right) {
        return switch (this) {
            case PLUS -> left + right;
            case MINUS -> left - right;
            case TIMES -> left * right;
            case DIVIDED_BY -> left / right;
            case MIN -> Math.min(left, right);
            case MAX -> Math.max(left, right);
        };
    }

    private static boolean isQuantity(ValueType type) {
        return type == ValueType.NUMBER || type == ValueType.SPAN;
    }
}
