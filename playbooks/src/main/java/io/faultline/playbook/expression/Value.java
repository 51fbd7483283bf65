package io.faultline.playbook.expression;

/// A value of a parameter, a field or a measurement. Immutable.
public sealed interface Value {
    ValueType type();

    /// As a person writes it in a playbook: `64`, `1.5`, `1m30s`, `decode-0`, `true`.
    String text();

    record Amount(double amount) implements Value {
        @Override
        public ValueType type() {
            return ValueType.NUMBER;
        }

        @Override
        public String text() {
            return Decimal.plain(amount);
        }
    }

    record Span(long nanos) implements Value {
        @Override
        public ValueType type() {
            return ValueType.SPAN;
        }

        @Override
        public String text() {
            return TimeSpan.text(nanos);
        }
    }

    record Text(String text) implements Value {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }
    }

    record Flag(boolean isSet) implements Value {
        @Override
        public ValueType type() {
            return ValueType.FLAG;
        }

        @Override
        public String text() {
            return Boolean.toString(isSet);
        }
    }
}
