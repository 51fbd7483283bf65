package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Expression;
import io.faultline.playbook.expression.ExpressionParser;
import io.faultline.playbook.expression.ExpressionParser.Parsed;
import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.TimeSpan;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.expression.ValueType;
import io.faultline.playbook.loader.YamlNode.Kind;
import io.faultline.playbook.loader.YamlNode.Scalar;
import io.faultline.playbook.model.Quantity;
import io.faultline.playbook.model.Quantity.Range;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads fields that may be computed. A number is written as a number, a span as `5s`; a text with `${` in it is an
/// expression of the type that the field wants. What can be computed from the defaults is checked against the range.
final class QuantityReader {
    private final Vocabulary vocabulary;
    private final Problems problems;

    QuantityReader(Vocabulary vocabulary, Problems problems) {
        this.vocabulary = vocabulary;
        this.problems = problems;
    }

    Quantity count(Fields fields, String key, int fallback, long min, long max) {
        return read(
                fields,
                key,
                ValueType.NUMBER,
                Range.ofCount(min, max),
                () -> Quantity.ofNumber(fields.what(key), fallback));
    }

    Quantity requiredCount(Fields fields, String key, long min, long max) {
        return read(fields, key, ValueType.NUMBER, Range.ofCount(min, max), null);
    }

    Quantity number(Fields fields, String key, int fallback, double min, double max) {
        return read(
                fields,
                key,
                ValueType.NUMBER,
                Range.ofNumber(min, max),
                () -> Quantity.ofNumber(fields.what(key), fallback));
    }

    Quantity percent(Fields fields, String key, int fallback) {
        return read(
                fields,
                key,
                ValueType.NUMBER,
                Range.ofNumber(0, 100),
                () -> Quantity.ofNumber(fields.what(key), fallback));
    }

    Quantity span(Fields fields, String key, long fallbackNanos, long minNanos) {
        return read(
                fields,
                key,
                ValueType.SPAN,
                Range.ofSpan(minNanos, Limits.SPAN_MAX_NANOS),
                () -> Quantity.ofNanos(fields.what(key), fallbackNanos));
    }

    Quantity requiredSpan(Fields fields, String key) {
        return read(fields, key, ValueType.SPAN, Range.ofSpan(0, Limits.SPAN_MAX_NANOS), null);
    }

    @Nullable Quantity optionalSpan(Fields fields, String key, long minNanos) {
        return fields.has(key) ? span(fields, key, minNanos, minNanos) : null;
    }

    /// What is known of the names before a run.
    Scope defaults() {
        return vocabulary.defaults();
    }

    /// The bound of a tolerance, in the type that the measured unit wants.
    Quantity bound(YamlNode node, String what, ValueType type) {
        Range range = type == ValueType.SPAN
                ? Range.ofSpan(0, Limits.DAY_NANOS)
                : Range.ofNumber(-Limits.NUMBER_MAX, Limits.NUMBER_MAX);
        return of(node, what, type, range);
    }

    /// A flag that a step depends on: `${name}` or true or false.
    @Nullable Expression flag(Fields fields, String key) {
        return fields.optional(key)
                .map(node -> node instanceof Scalar s && s.kind() == Kind.FLAG
                        ? new Expression.Literal(new Value.Flag(s.text().equals("true")))
                        : expression(node, fields.what(key), ValueType.FLAG))
                .orElse(null);
    }

    /// A text, or `${name}` for one that is given.
    Expression text(YamlNode node, String what) {
        if (node instanceof Scalar s && !s.text().contains("${")) {
            String text = Fields.textOf(node, what, Limits.TITLE_LENGTH_MAX, problems);
            return new Expression.Literal(new Value.Text(text));
        }
        return expression(node, what, ValueType.TEXT);
    }

    private Quantity read(
            Fields fields, String key, ValueType type, Range range, @Nullable Supplier<Quantity> fallback) {
        Optional<YamlNode> node = fallback == null ? fields.required(key) : fields.optional(key);
        if (node.isPresent()) {
            return of(node.get(), fields.what(key), type, range);
        }
        return fallback == null ? nothing(fields.what(key), type, range) : fallback.get();
    }

    private Quantity of(YamlNode node, String what, ValueType type, Range range) {
        Quantity quantity = new Quantity(what, constantOrExpression(node, what, type), range);
        quantity.problemIn(vocabulary.defaults()).ifPresent(why -> problems.add(node.place(), why));
        return quantity;
    }

    private Expression constantOrExpression(YamlNode node, String what, ValueType type) {
        if (node instanceof Scalar s && !s.text().contains("${")) {
            boolean isNumber = s.kind() == Kind.WHOLE_NUMBER || s.kind() == Kind.NUMBER;
            if (type == ValueType.NUMBER && isNumber) {
                return new Expression.Literal(new Value.Amount(Double.parseDouble(s.text())));
            }
            OptionalLong nanos =
                    type == ValueType.SPAN && s.kind() == Kind.TEXT ? TimeSpan.parse(s.text()) : OptionalLong.empty();
            if (nanos.isPresent()) {
                return new Expression.Literal(new Value.Span(nanos.getAsLong()));
            }
            String give = type == ValueType.SPAN ? "give a duration such as 5s or 1m30s" : "give a number";
            problems.add(
                    node.place(),
                    what + " is " + Quoted.name(s.text()) + "; " + give + ", or one computed from ${name}");
            return unknown(type);
        }
        return expression(node, what, type);
    }

    private Expression expression(YamlNode node, String what, ValueType type) {
        if (!(node instanceof Scalar s) || s.kind() != Kind.TEXT) {
            problems.add(node.place(), what + " is " + node.words() + "; give " + type.words() + " or ${name}");
            return unknown(type);
        }
        return switch (ExpressionParser.parse(s.text(), vocabulary.types())) {
            case Parsed.Right(Expression expression) when expression.type() == type -> expression;
            case Parsed.Right(Expression expression) -> {
                problems.add(
                        node.place(),
                        what + " is computed as " + expression.type().words() + "; it has to be " + type.words());
                yield unknown(type);
            }
            case Parsed.Wrong(String why) -> {
                problems.add(node.place(), what + ": " + why);
                yield unknown(type);
            }
        };
    }

    private static Quantity nothing(String what, ValueType type, Range range) {
        return new Quantity(what, unknown(type), range);
    }

    /// In place of what is wrong already: it has no value, so nothing more is found wrong with it.
    private static Expression unknown(ValueType type) {
        return new Expression.Reference("", type);
    }
}
