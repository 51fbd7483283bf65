package io.faultline.playbook.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.expression.ExpressionParser.Parsed;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionParserTest {
    private static final Scope SCOPE = scope();

    private static Scope scope() {
        SequencedMap<String, Value> values = new LinkedHashMap<>();
        values.put("streams", new Value.Amount(64));
        values.put("leaseTtl", new Value.Span(10_000_000_000L));
        values.put("worker", new Value.Text("decode-0"));
        values.put("repair", new Value.Flag(true));
        return new Scope(values);
    }

    private static SequencedMap<String, ValueType> types() {
        SequencedMap<String, ValueType> types = new LinkedHashMap<>();
        SCOPE.values().forEach((name, value) -> types.put(name, value.type()));
        return types;
    }

    @ParameterizedTest
    @CsvSource({
        "64, 64",
        "${streams}, 64",
        "${ streams }, 64",
        "${streams} * 2 + 1, 129",
        "1 + ${streams} * 2, 129",
        "(1 + ${streams}) * 2, 130",
        "${streams} / 8 / 2, 4",
        "10 - 3 - 2, 5",
        "'min(${streams}, 10)', 10",
        "'max(min(${streams}, 10), 12) + 1', 13",
        "${leaseTtl} + 5s, 15s",
        "5s + ${leaseTtl} * 2, 25s",
        "2 * ${leaseTtl}, 20s",
        "${leaseTtl} / 4, 2s500ms",
        "${leaseTtl} / 5s, 2",
        "1m - ${leaseTtl}, 50s",
        "${worker}, decode-0",
        "${repair}, true",
    })
    void computes(String text, String result) {
        Parsed parsed = ExpressionParser.parse(text, types());

        assertThat(parsed).isInstanceOf(Parsed.Right.class);
        Expression expression = ((Parsed.Right) parsed).expression();
        assertThat(expression.evaluate(SCOPE)).map(Value::text).hasValue(result);
        assertThat(expression.evaluate(SCOPE)).map(Value::type).hasValue(expression.type());
    }

    @ParameterizedTest
    @CsvSource({
        "'', expected a number",
        "${stream}, did you mean 'streams'?",
        "${nothing}, declare it under parameters",
        "${streams, a name is written ${name}",
        "${streams} ${streams}, expected an operator",
        "${streams} +, expected a number",
        "(${streams}, expected )",
        "${streams} + 5s, do not go together",
        "${leaseTtl} * 5s, do not go together",
        "3 / ${leaseTtl}, do not go together",
        "${worker} + 1, do not go together",
        "${repair} * 2, do not go together",
        "'min(1)', 'expected ,'",
        "'medium(1, 2)', expected a number",
        "1 + system, expected a number",
        "-1, expected a number",
    })
    void saysWhatIsWrong(String text, String why) {
        assertThat(ExpressionParser.parse(text, types()))
                .isInstanceOfSatisfying(
                        Parsed.Wrong.class, wrong -> assertThat(wrong.why()).contains(why));
    }

    @Test
    void boundsLengthAndNesting() {
        String deep = "(".repeat(90) + "1" + ")".repeat(90);

        assertThat(ExpressionParser.parse(deep, types()))
                .isInstanceOfSatisfying(
                        Parsed.Wrong.class, wrong -> assertThat(wrong.why()).contains("at most 16 deep"));
        assertThat(ExpressionParser.parse("1" + " + 1".repeat(100), types()))
                .isInstanceOfSatisfying(
                        Parsed.Wrong.class, wrong -> assertThat(wrong.why()).contains("at most 200 characters"));
    }

    @Test
    void hasNoValueRatherThanAnInfiniteOne() {
        Parsed parsed = ExpressionParser.parse("${streams} / 0", types());

        assertThat(((Parsed.Right) parsed).expression().evaluate(SCOPE)).isEmpty();
    }

    @Test
    void hasNoValueWhenANameHasNone() {
        Parsed parsed = ExpressionParser.parse("${streams} + 1", types());

        assertThat(((Parsed.Right) parsed).expression().evaluate(new Scope(new LinkedHashMap<>())))
                .isEmpty();
    }
}
