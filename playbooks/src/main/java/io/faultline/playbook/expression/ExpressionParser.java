package io.faultline.playbook.expression;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads one expression:
///
/// ```
/// sum     = product { ("+" | "-") product }
/// product = operand { ("*" | "/") operand }
/// operand = number | span | "${" name "}" | ("min" | "max") "(" sum "," sum ")" | "(" sum ")"
/// ```
///
/// A parser is used once. Nothing in the text makes it throw: length and nesting are bounded, and what is wrong
/// comes back as [Parsed.Wrong].
public final class ExpressionParser {
    static final int LENGTH_MAX = 200;
    static final int DEPTH_MAX = 16;
    private static final Expression NOTHING = new Expression.Literal(new Value.Amount(0));

    private final String text;
    private final SequencedMap<String, ValueType> names;
    private int at;
    private int depth;
    private @Nullable String problem;

    private ExpressionParser(String text, SequencedMap<String, ValueType> names) {
        this.text = text;
        this.names = names;
    }

    /// What came of it.
    public sealed interface Parsed {
        record Right(Expression expression) implements Parsed {}

        /// @param why what is wrong and what to do, one sentence without a full stop
        record Wrong(String why) implements Parsed {}
    }

    /// @param names what `${...}` may name, with types
    public static Parsed parse(String text, SequencedMap<String, ValueType> names) {
        if (text.length() > LENGTH_MAX) {
            return new Parsed.Wrong("an expression has at most " + LENGTH_MAX + " characters");
        }
        ExpressionParser parser = new ExpressionParser(text, names);
        Expression expression = parser.sum();
        if (parser.at < text.length()) {
            parser.wrong("expected an operator (+ - * /) or the end");
        }
        return parser.problem == null ? new Parsed.Right(expression) : new Parsed.Wrong(parser.problem);
    }

    private Expression sum() {
        Expression left = product();
        for (Optional<Operator> op = operator("+-"); op.isPresent(); op = operator("+-")) {
            left = combined(op.get(), left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = operand();
        for (Optional<Operator> op = operator("*/"); op.isPresent(); op = operator("*/")) {
            left = combined(op.get(), left, operand());
        }
        return left;
    }

    private Expression operand() {
        skipSpace();
        if (depth >= DEPTH_MAX) {
            return wrong("an expression nests at most " + DEPTH_MAX + " deep");
        }
        depth++;
        Expression operand = switch (peek()) {
            case '$' -> reference();
            case '(' -> inParentheses();
            case 'm' -> function();
            default -> literal();
        };
        depth--;
        skipSpace();
        return operand;
    }

    private Expression inParentheses() {
        expect('(');
        Expression inside = sum();
        expect(')');
        return inside;
    }

    private Expression function() {
        for (Operator operator : List.of(Operator.MIN, Operator.MAX)) {
            if (text.startsWith(operator.symbol(), at)) {
                at += operator.symbol().length();
                expect('(');
                Expression left = sum();
                expect(',');
                Expression right = sum();
                expect(')');
                return combined(operator, left, right);
            }
        }
        return wrong("expected a number, a duration such as 5s, ${name}, min(...), max(...) or a parenthesis");
    }

    private Expression reference() {
        int close = text.indexOf('}', at);
        if (!text.startsWith("${", at) || close < 0) {
            return wrong("a name is written ${name}");
        }
        String name = text.substring(at + 2, close).strip();
        ValueType type = names.get(name);
        if (type == null) {
            return failed("there is no value named " + Quoted.name(name) + "; "
                    + Nearest.hint(name, names.sequencedKeySet(), "declare it under parameters or configuration"));
        }
        at = close + 1;
        return new Expression.Reference(name, type);
    }

    private Expression literal() {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.matches("[0-9]{1,15}(\\.[0-9]{1,9})?")) {
            return new Expression.Literal(new Value.Amount(Double.parseDouble(word)));
        }
        OptionalLong nanos = TimeSpan.parse(word);
        if (nanos.isPresent()) {
            return new Expression.Literal(new Value.Span(nanos.getAsLong()));
        }
        at = start;
        return wrong("expected a number, a duration such as 5s or 1m30s, or ${name}");
    }

    private Expression combined(Operator operator, Expression left, Expression right) {
        Optional<ValueType> type = operator.resultOf(left.type(), right.type());
        if (type.isEmpty()) {
            return failed(left.type().words() + " and " + right.type().words() + " do not go together with "
                    + operator.symbol() + "; add durations to durations, numbers to numbers");
        }
        return new Expression.Operation(operator, left, right, type.get());
    }

    private Optional<Operator> operator(String symbols) {
        skipSpace();
        if (at < text.length() && symbols.indexOf(text.charAt(at)) >= 0) {
            String symbol = text.substring(at, at + 1);
            at++;
            return List.of(Operator.values()).stream()
                    .filter(o -> o.symbol().equals(symbol))
                    .findFirst();
        }
        return Optional.empty();
    }

    private void expect(char c) {
        skipSpace();
        if (peek() == c) {
            at++;
        } else {
            wrong("expected " + c);
        }
    }

    /// The next character, or a blank at the end.
    private char peek() {
        return at < text.length() ? text.charAt(at) : ' ';
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private Expression wrong(String why) {
        String where = at >= text.length() ? "at its end" : "at " + Quoted.name(text.substring(at));
        return failed("the expression " + Quoted.name(text) + " is wrong " + where + ": " + why);
    }

    /// Keeps the first problem and goes to the end of the text, where every rule returns at once.
    private Expression failed(String why) {
        if (problem == null) {
            problem = why;
        }
        at = text.length();
        return NOTHING;
    }
}
