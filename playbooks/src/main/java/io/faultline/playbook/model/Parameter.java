package io.faultline.playbook.model;

import io.faultline.playbook.expression.Decimal;
import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.TimeSpan;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.expression.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Something that may be set when a run is started. Immutable.
///
/// @param fallback used when nothing is given
/// @param min smallest allowed, spans in nanoseconds; negative infinity = no bound
/// @param max largest allowed, spans in nanoseconds; positive infinity = no bound
/// @param choices the texts that are allowed; empty = any up to [#TEXT_LENGTH_MAX] characters
public record Parameter(
        String name, Type type, String description, Value fallback, double min, double max, List<String> choices) {
    public static final int TEXT_LENGTH_MAX = 200;

    public enum Type {
        INTEGER(ValueType.NUMBER, "a whole number"),
        NUMBER(ValueType.NUMBER, "a number"),
        DURATION(ValueType.SPAN, "a duration such as 5s or 1m30s"),
        STRING(ValueType.TEXT, "a text"),
        BOOLEAN(ValueType.FLAG, "true or false");

        private final ValueType valueType;
        private final String words;

        Type(ValueType valueType, String words) {
            this.valueType = valueType;
            this.words = words;
        }

        public ValueType valueType() {
            return valueType;
        }

        public String words() {
            return words;
        }

        /// The value that `text` stands for, or nothing when it is not of this type.
        public Optional<Value> read(String text) {
            return switch (this) {
                case INTEGER ->
                    text.matches("-?[0-9]{1,15}")
                            ? Optional.of(new Value.Amount(Long.parseLong(text)))
                            : Optional.empty();
                case NUMBER ->
                    text.matches("-?[0-9]{1,15}(\\.[0-9]{1,15})?")
                            ? Optional.of(new Value.Amount(Double.parseDouble(text)))
                            : Optional.empty();
                case DURATION -> {
                    OptionalLong nanos = TimeSpan.parse(text);
                    yield nanos.isPresent() ? Optional.of(new Value.Span(nanos.getAsLong())) : Optional.empty();
                }
                case STRING -> Optional.of(new Value.Text(text));
                case BOOLEAN ->
                    text.equals("true") || text.equals("false")
                            ? Optional.of(new Value.Flag(text.equals("true")))
                            : Optional.empty();
            };
        }
    }

    /// What is wrong with `value` (of the right type), if anything.
    public Optional<String> problemWith(Value value) {
        return switch (value) {
            case Value.Amount(double amount) -> outOfRange(amount);
            case Value.Span(long nanos) -> outOfRange((double) nanos);
            case Value.Text(String text)
            when text.length() > TEXT_LENGTH_MAX ->
                Optional.of(name + " has at most " + TEXT_LENGTH_MAX + " characters");
            case Value.Text(String text)
            when !choices.isEmpty() && !choices.contains(text) ->
                Optional.of(name + " is " + Quoted.name(text) + "; give one of " + String.join(", ", choices));
            case Value.Text _, Value.Flag _ -> Optional.empty();
        };
    }

    private Optional<String> outOfRange(double number) {
        if (number >= min && number <= max) {
            return Optional.empty();
        }
        String give = Double.isInfinite(max)
                ? "at least " + bound(min)
                : Double.isInfinite(min) ? "at most " + bound(max) : bound(min) + " to " + bound(max);
        return Optional.of(name + " is " + bound(number) + "; give " + give);
    }

    private String bound(double number) {
        return type == Type.DURATION ? TimeSpan.text((long) number) : Decimal.plain(number);
    }
}
