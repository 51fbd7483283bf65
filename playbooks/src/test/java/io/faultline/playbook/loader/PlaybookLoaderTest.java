package io.faultline.playbook.loader;

import static io.faultline.playbook.loader.PlaybookTexts.PLAIN;
import static io.faultline.playbook.loader.PlaybookTexts.loaded;
import static io.faultline.playbook.loader.PlaybookTexts.plainWith;
import static io.faultline.playbook.loader.PlaybookTexts.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.model.Step;
import io.faultline.playbook.model.Target;
import io.faultline.playbook.model.Tolerance;
import io.faultline.playbook.model.Trigger;
import io.faultline.playbook.probe.ProbeKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultKind;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlaybookLoaderTest {

    @Test
    void readsEveryPartOfAFile() {
        Playbook playbook = loaded(PLAIN);

        assertThat(playbook.metadata().name()).isEqualTo("plain");
        assertThat(playbook.metadata().expectedDurationNanos()).isEqualTo(60_000_000_000L);
        assertThat(playbook.parameter("hold").orElseThrow().fallback()).isEqualTo(new Value.Span(5_000_000_000L));
        assertThat(playbook.configuration().getFirst().name()).isEqualTo("leaseTtl");
        assertThat(playbook.requires().worlds())
                .containsExactly(Playbook.WorldKind.SIMULATED, Playbook.WorldKind.EMBEDDED);
        assertThat(playbook.steadyState().probes().getFirst().failureThreshold())
                .isEqualTo(2);
        assertThat(playbook.steadyState().probes().getFirst().tolerance()).isInstanceOf(Tolerance.Range.class);
        assertThat(playbook.method())
                .extracting(Step::name)
                .containsExactly("streams", "pause", "kill", "recovered", "measured", "drained");
        assertThat(playbook.rollbacks()).extracting(Step::type).containsExactly("inject");
        assertThat(playbook.verify().getFirst().name()).isEqualTo("residual-faults");
        assertThat(playbook.expect().getFirst().probe().kind()).isEqualTo(ProbeKind.TIME_TO_READY);
        assertThat(playbook.report().charts()).containsExactly(Playbook.Chart.TOKENS);
        assertThat(playbook.drill()).isNotNull();
        assertThat(playbook.drill().questions().getFirst().answers().getFirst().isCorrect())
                .isTrue();
    }

    @Test
    void readsAnInjection() {
        Step.Inject kill = (Step.Inject) loaded(PLAIN).method().get(2);

        assertThat(kill.fault()).isEqualTo(FaultKind.WORKER_KILL);
        assertThat(kill.head().when()).isInstanceOf(Trigger.After.class);
        assertThat(kill.target()).isInstanceOfSatisfying(Target.ByRole.class, target -> {
            assertThat(target.role()).isEqualTo(NodeRole.DECODE);
            assertThat(target.health()).containsExactly(NodeHealth.READY);
            assertThat(target.mode()).isEqualTo(Target.Mode.RANDOM);
            assertThat(target.onEmpty()).isEqualTo(Target.OnEmpty.FAIL);
        });
        LinkedHashMap<String, Value> values = new LinkedHashMap<>();
        values.put("hold", new Value.Span(7_000_000_000L));
        assertThat(kill.duration().nanosIn(new Scope(values))).isEqualTo(7_000_000_000L);
    }

    @Test
    void fillsInWhatMayBeLeftOut() {
        Playbook playbook = loaded("""
                apiVersion: faultline/v1
                kind: Playbook
                metadata: {name: small, title: Small}
                steady-state-hypothesis:
                  title: Requests succeed
                  probes: [{probe: success_ratio, tolerance: {type: atLeast, value: 0.9}}]
                method:
                  - {type: wait, name: pause, duration: 1s}
                expect: [{probe: active_faults, tolerance: {type: equals, value: 0}}]
                """);

        assertThat(playbook.requires().worlds()).containsExactly(Playbook.WorldKind.values());
        assertThat(playbook.report().tables()).containsExactly(Playbook.Table.values());
        assertThat(playbook.drill()).isNull();
        assertThat(playbook.abortConditions()).isEmpty();
        assertThat(playbook.expect().getFirst().name()).isEqualTo("active-faults");
        assertThat(playbook.blastRadius().maxTargets().in(new Scope(new LinkedHashMap<>())))
                .isEqualTo(1);
    }

    /// Each row: what is replaced in the plain file, by what, and the whole problem.
    static Stream<Arguments> mistakes() {
        return Stream.of(
                row(
                        "range: [0.9, 1]",
                        "range: [1, 0.9]",
                        "29:18: tolerance of probe 1 of probes: the lowest bound, 100 %, is above the highest, 90 %; exchange"
                                + " them"),
                row(
                        "range: [0.9, 1]",
                        "range: [1.5, 2]",
                        "29:18: tolerance of probe 1 of probes: 150 % to 200 % can never be true of a ratio, which is 0 to"
                                + " 1; change the bound"),
                row(
                        "worlds: [simulated, embedded]",
                        "worlds: []",
                        "18:11: worlds of requires has 0 items; give 1 to 3, or leave the key out"),
                row(
                        "tags: [one, two]",
                        "tags: []",
                        "6:9: tags of metadata has 0 items; give 1 to 30, or leave the key out"),
                row(
                        "value: \"${streams} / 2\"",
                        "value: -1",
                        "33:16: tolerance of probe 1 of abortConditions: at most -1 can never be true of a count, which is"
                                + " 0 to any size; change the bound"),
                row(
                        "value: \"${streams} / 2\"",
                        "value: ${streams} / 2",
                        "33:39: an expression inside { } or [ ] must be in quotes: \"${name}\""),
                row(
                        "title: A plain one",
                        "title: A plain\uFEFF one",
                        "5:17: a byte order mark (U+FEFF) inside the file; remove it"),
                row(
                        "apiVersion: faultline/v1",
                        "apiVersion: faultline/v2",
                        "1:13: apiVersion is 'faultline/v2'; this version reads faultline/v1"),
                row("kind: Playbook", "kind: Recipe", "2:7: kind is 'Recipe'; this version reads Playbook"),
                row(
                        "  name: plain",
                        "  name: Plain One",
                        "4:9: name of metadata is 'Plain One'; use lower-case letters, digits and -"),
                row("  title: A plain one", "  title: 42", "5:10: title of metadata is a number; put it in quotes"),
                row("  title: A plain one", "  title:", "5:9: title of metadata is nothing; give a text"),
                row(
                        "  title: A plain one",
                        "  titel: A plain one",
                        "4:3: metadata has no title; add it",
                        "5:3: metadata has no key 'titel'; did you mean 'title'?"),
                row("  tags: [one, two]", "  tags: one", "6:9: tags of metadata is a text; give a list (- item)"),
                row(
                        "  expectedDuration: 1m",
                        "  expectedDuration: 60",
                        "7:21: expectedDuration of metadata is no duration; give one such as 5s or 1m30s"),
                row("  difficulty: 2", "  difficulty: 9", "8:15: difficulty of metadata is 9; give 1 to 5"),
                row(
                        "  difficulty: 2",
                        "  difficulty: high",
                        "8:15: difficulty of metadata is a text; give a whole number"),
                row(
                        "type: integer, default: 8",
                        "type: int, default: 8",
                        "10:19: type of parameter streams is 'int'; give one of integer, number, duration, string,"
                                + " boolean"),
                row(
                        "type: integer, default: 8",
                        "type: integer, default: many",
                        "10:37: default of parameter streams is a text; give a whole number"),
                row(
                        "default: 8, min: 1",
                        "default: 800, min: 1",
                        "10:37: the default of streams is 800; give 1 to 100"),
                row(
                        "min: 1, max: 100",
                        "min: 101, max: 100",
                        "10:45: min of parameter streams is above max; exchange them",
                        "10:37: the default of streams is 8; give 101 to 100"),
                row(
                        "  hold: {type",
                        "  Hold: {type",
                        "11:3: parameter 'Hold' is no name; use letters and digits, a small letter first",
                        "48:15: duration of step kill: there is no value named 'hold'; did you mean 'Hold'?"),
                row(
                        "  leaseTtl: {type",
                        "  streams: {type",
                        "16:12: 'streams' is taken already; choose another name",
                        "57:14: timeout of step recovered: there is no value named 'leaseTtl'; declare it under"
                                + " parameters or configuration",
                        "80:38: tolerance of probe 1 of expect: there is no value named 'leaseTtl'; declare it under"
                                + " parameters or configuration"),
                row(
                        "[simulated, embedded]",
                        "[simulated, embeded]",
                        "18:23: worlds of requires is 'embeded'; did you mean 'embedded'?"),
                row("minWorkers: 2", "minWorkers: 1.5", "20:15: minWorkers of requires is 1.5; give a whole number"),
                row(
                        "maxPercentOfPool: 50",
                        "maxPercentOfPool: 150",
                        "23:21: maxPercentOfPool of blastRadius is 150; give 0 to 100"),
                row(
                        "probe: success_ratio",
                        "probe: sucess_ratio",
                        "28:14: probe of probe 1 of probes is 'sucess_ratio'; did you mean 'success_ratio'?"),
                row(
                        "range: [0.9, 1]",
                        "range: [0.9]",
                        "29:39: tolerance of probe 1 of probes needs a list of two bounds, [lowest, highest]; give both"),
                row(
                        "type: range, range: [0.9, 1]",
                        "type: between, value: 1",
                        "29:25: type of tolerance of probe 1 of probes is 'between'; use one of range, equals, atLeast,"
                                + " atMost"),
                row(
                        "\"${streams} / 2\"",
                        "\"${streams} / 2s\"",
                        "33:38: tolerance of probe 1 of abortConditions: a number and a duration do not go together"
                                + " with /; add durations to durations, numbers to numbers"),
                row(
                        "\"${streams} / 2\"",
                        "5s",
                        "33:38: tolerance of probe 1 of abortConditions is '5s'; give a number, or one computed from"
                                + " ${name}"),
                row(
                        "  - type: load",
                        "  - type: explode",
                        "35:11: there is no step type 'explode'; use one of inject, probe, wait, ask, load, drain, gate",
                        "65:11: load of step drained names 'streams', which is no load step before this; name one"),
                row(
                        "    clients: ${streams}",
                        "    clients: ${streams} * 10000",
                        "37:14: clients of step streams is 80000; give 1 to 10000"),
                row(
                        "    maxTokens: 200",
                        "    maxToken: 200",
                        "35:5: step streams has no maxTokens; add it",
                        "39:5: step streams has no key 'maxToken'; did you mean 'maxTokens'?"),
                row(
                        "    duration: 1s",
                        "    duration: 87600h",
                        "42:15: duration of step pause is 87600h; give 0s to 1h"),
                row(
                        "    duration: 1s",
                        "    duration: 10y",
                        "42:15: duration of step pause is '10y'; give a duration such as 5s or 1m30s, or one computed"
                                + " from ${name}"),
                row(
                        "    name: pause",
                        "    name: streams",
                        "41:11: 'streams' names two steps; give the step another name"),
                row(
                        "    name: pause",
                        "    name: run-start",
                        "41:11: 'run-start' is the name of a moment; give the step another name"),
                row(
                        "when: {after: 2s}",
                        "when: {after: 2s, requests: 5}",
                        "45:11: when of step kill needs one of after, requests and probe; give exactly one"),
                row(
                        "fault: worker-kill",
                        "fault: worker-kil",
                        "46:12: fault of step kill is 'worker-kil'; did you mean" + " 'worker-kill'?"),
                row(
                        "role: decode, health: [ready]",
                        "role: store, health: [ready]",
                        "47:20: worker-kill does not act on role of target of step kill; choose another"),
                row(
                        "role: decode, health: [ready]",
                        "role: decode, node: decode-0, health: [ready]",
                        "47:13: target of step kill needs one of role, chosenBy and node; give exactly one"),
                row(
                        "mode: random, count: 1",
                        "mode: all, count: 1",
                        "47:63: count of target of step kill goes with mode fixed or random only; remove it"),
                row("    timeout: 10s", "    timeout: 0s", "49:14: timeout of step kill is 0s; give 1ns to 1h"),
                row(
                        "    since: kill",
                        "    since: drained",
                        "61:12: since of step measured names 'drained', which is no step before this; use one of"
                                + " run-start, cluster-start, streams, pause, kill, recovered"),
                row(
                        "    load: streams",
                        "    load: kill",
                        "65:11: load of step drained names 'kill', which is no load step before this; name one"),
                row(
                        "    requestsPerClient: 2",
                        "    requestsPerClient: 0",
                        "66:18: the clients of streams never have sent all; give it requestsPerClient"),
                row(
                        "onlyIf: ${repair}",
                        "onlyIf: ${streams}",
                        "70:13: onlyIf of step start is computed as a number; it has to be true or false"),
                row(
                        "chosenBy: kill",
                        "chosenBy: pause",
                        "72:24: chosenBy of target of step start names 'pause', which is no inject step before this;"
                                + " name one"),
                row("    name: start", "    name: kill", "69:11: 'kill' names two steps; give the step another name"),
                row(
                        "    since: kill\n    tolerance: {type: atMost",
                        "    since: pause\n    tolerance: {type: atMost",
                        "79:12: since of probe 1 of expect names 'pause', which is no inject step before this; name"
                                + " one"),
                row(
                        "charts: [tokens]",
                        "charts: [pie]",
                        "82:12: charts of report is 'pie'; give one of tokens, in-flight, requests, failures,"
                                + " migrations, ttft"),
                row(
                        "correct: true",
                        "correct: yes",
                        "89:63: correct of answer 1 of question 1 is a text; give true or" + " false",
                        "89:36: question 1 has no right answer; mark one with correct: true"),
                row(
                        "hidden: true",
                        "hidden: true\n  secret: x",
                        "87:3: drill has no key 'secret'; remove it, or use one"
                                + " of briefing, hidden, hints, questions, score"));
    }

    private static Arguments row(String from, String to, String... problems) {
        return Arguments.of(from, to, List.of(problems));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhereAndWhatAndWhatToDo(String from, String to, List<String> expected) {
        assertThat(problems(plainWith(from, to))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void listsAllProblemsInTheOrderOfTheFile() {
        String text = plainWith("title: A plain one", "title: 42")
                .replace("fault: worker-kill", "fault: bomb")
                .replace("maxTargets: 1", "maxTargets: -1");

        assertThat(problems(text))
                .hasSize(3)
                .extracting(p -> p.substring(0, p.indexOf(':')))
                .containsExactly("5", "22", "46");
    }

    @Test
    void stopsListingAtABound() {
        String text = PLAIN + "x%s: 1\n".repeat(500).formatted((Object[]) numbers());

        assertThat(problems(text)).hasSize(Problems.PROBLEMS_MAX);
    }

    private static Integer[] numbers() {
        return Stream.iterate(0, i -> i + 1).limit(500).toArray(Integer[]::new);
    }
}
