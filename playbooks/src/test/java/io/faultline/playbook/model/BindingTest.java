package io.faultline.playbook.model;

import static io.faultline.playbook.loader.PlaybookTexts.PLAIN;
import static io.faultline.playbook.loader.PlaybookTexts.loaded;
import static io.faultline.playbook.loader.PlaybookTexts.plainWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.Value;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingTest {
    private static final SequencedMap<String, Value> NOTHING_KNOWN = new LinkedHashMap<>();

    private static SequencedMap<String, String> given(String... namesAndTexts) {
        SequencedMap<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            given.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return given;
    }

    private static Scope bound(SequencedMap<String, String> given, SequencedMap<String, Value> known) {
        return ((Binding.Bound) Binding.bind(loaded(PLAIN), given, known, 3)).scope();
    }

    @Test
    void takesDefaultsForWhatIsNotGiven() {
        Scope scope = bound(given("streams", "20"), NOTHING_KNOWN);

        assertThat(scope.value("streams")).hasValue(new Value.Amount(20));
        assertThat(scope.value("hold")).hasValue(new Value.Span(5_000_000_000L));
        assertThat(scope.value("leaseTtl")).hasValue(new Value.Span(10_000_000_000L));
        assertThat(scope.value(Playbook.POOL_AT_START)).hasValue(new Value.Amount(3));
    }

    @Test
    void takesTheClustersConfigurationOverTheFallback() {
        SequencedMap<String, Value> known = new LinkedHashMap<>();
        known.put("leaseTtl", new Value.Span(3_000_000_000L));

        assertThat(bound(given(), known).value("leaseTtl")).hasValue(new Value.Span(3_000_000_000L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "streams | many  | streams is 'many'; give a whole number",
                "streams | 1.5   | streams is '1.5'; give a whole number",
                "streams | 0     | streams is 0; give 1 to 100",
                "hold    | 2m    | hold is 2m; give 1s to 1m",
                "hold    | 60    | hold is '60'; give a duration such as 5s or 1m30s",
                "share   | 1.1   | share is 1.1; give 0 to 1",
                "worker  | clock | worker is 'clock'; give one of decode-0, decode-1",
                "repair  | yes   | repair is 'yes'; give true or false",
                "stream  | 5     | there is no parameter 'stream'; did you mean 'streams'?",
                "colour  | red   | there is no parameter 'colour'; this playbook has streams, hold, share, worker, repair",
            })
    void saysWhatIsWrongWithAParameter(String name, String text, String problem) {
        Binding binding = Binding.bind(loaded(PLAIN), given(name, text), NOTHING_KNOWN, 3);

        assertThat(binding)
                .isInstanceOfSatisfying(
                        Binding.Refused.class,
                        refused -> assertThat(refused.problems()).containsExactly(problem));
    }

    @Test
    void checksEveryComputedFieldBeforeAnythingIsDone() {
        Playbook playbook = loaded(plainWith("clients: ${streams}", "clients: ${streams} * 200"));

        assertThat(Binding.bind(playbook, given("streams", "51"), NOTHING_KNOWN, 3))
                .isInstanceOfSatisfying(
                        Binding.Refused.class,
                        refused -> assertThat(refused.problems())
                                .containsExactly("clients of step streams is 10200; give 1 to 10000"));
    }

    @Test
    void refusesAFieldThatCannotBeComputed() {
        Playbook playbook = loaded(plainWith("minWorkers: 2", "minWorkers: 6 / ${poolAtStart}"));

        assertThat(Binding.bind(playbook, given(), NOTHING_KNOWN, 0))
                .isInstanceOfSatisfying(
                        Binding.Refused.class,
                        refused -> assertThat(refused.problems())
                                .first()
                                .asString()
                                .startsWith("minWorkers of requires cannot be computed"));
    }

    @Test
    void refusesPromptsWhoseShortestIsLongerThanTheLongest() {
        Playbook playbook = loaded(plainWith("maxTokens: 200", "maxTokens: 200\n    promptTokensMin: ${streams} * 50"));

        assertThat(Binding.bind(playbook, given(), NOTHING_KNOWN, 3))
                .isInstanceOfSatisfying(
                        Binding.Refused.class,
                        refused -> assertThat(refused.problems())
                                .first()
                                .asString()
                                .contains("the shortest prompt is longer than the longest"));
    }
}
