package io.faultline.playbook.loader;

import static io.faultline.playbook.loader.PlaybookTexts.PLAIN;
import static io.faultline.playbook.loader.PlaybookTexts.plainWith;
import static io.faultline.playbook.loader.PlaybookTexts.problems;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.faultline.playbook.loader.YamlNode.Mapping;
import io.faultline.playbook.loader.YamlNode.Scalar;
import io.faultline.playbook.loader.YamlNode.Sequence;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.probe.ProbeKind;
import io.faultline.playbook.probe.Words;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultKind;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The published schema and the loader must draw the same line. What only the loader can know (names that refer to
/// something, the type of an expression, relations between fields) is in the table of its own.
class SchemaAgreementTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonNode TREE = JSON.readTree(ShippedPlaybooks.schema());
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TREE);

    private static boolean schemaAccepts(String yaml) {
        Problems problems = new Problems();
        return YamlReader.read(yaml, problems)
                .map(root -> SCHEMA.validate(json(root)).isEmpty())
                .orElse(false);
    }

    private static JsonNode json(YamlNode node) {
        return switch (node) {
            case Mapping mapping -> {
                ObjectNode object = JSON.createObjectNode();
                mapping.entries().forEach(e -> object.set(e.key().text(), json(e.value())));
                yield object;
            }
            case Sequence sequence -> {
                ArrayNode array = JSON.createArrayNode();
                sequence.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case Scalar scalar ->
                switch (scalar.kind()) {
                    case NULL -> JSON.nullNode();
                    case FLAG -> JSON.getNodeFactory().booleanNode(scalar.text().equals("true"));
                    case WHOLE_NUMBER -> JSON.getNodeFactory().numberNode(Long.parseLong(scalar.text()));
                    case NUMBER -> JSON.getNodeFactory().numberNode(Double.parseDouble(scalar.text()));
                    case TEXT -> JSON.getNodeFactory().stringNode(scalar.text());
                };
        };
    }

    @Test
    void bothAcceptTheShippedPlaybooks() {
        for (String name : ShippedPlaybooks.names()) {
            String source = ShippedPlaybooks.source(name).orElseThrow();
            assertThat(problems(source)).as(name).isEmpty();
            assertThat(schemaAccepts(source)).as(name).isTrue();
        }
    }

    static Stream<Arguments> bothAccept() {
        return Stream.of(
                row("title: A plain one", "title: '42'"),
                row("difficulty: 2", "difficulty: 5"),
                row("minWorkers: 2", "minWorkers: ${streams} - 6"),
                row("maxPercentOfPool: 50", "maxPercentOfPool: 33.4"),
                row("when: {after: 2s}", "when: {requests: 50}"),
                row("when: {after: 2s}", "when: {probe: in_flight, tolerance: {type: atLeast, value: 8}}"),
                row("{role: decode, health: [ready], mode: random, count: 1}", "{role: decode}"),
                row("{role: decode, health: [ready], mode: random, count: 1}", "{role: decode, mode: all}"),
                row("{role: decode, health: [ready], mode: random, count: 1}", "{node: decode-0}"),
                row("{role: decode, health: [ready], mode: random, count: 1}", "{node: \"${worker}\"}"),
                row(
                        "probe: instances_ready\n        role: decode",
                        "probe: instances_by_health\n        health: ready"),
                row("fault: worker-kill", "fault: worker-slow\n    factor: 2.5"),
                row("fault: worker-kill", "fault: worker-slow\n    factor: ${streams}"),
                row("fault: worker-kill", "fault: engine-crash"),
                row("fault: worker-kill", "fault: engine-freeze\n    afterTokens: 1"),
                row("onlyIf: ${repair}", "onlyIf: false"),
                row("    duration: 1s", "    duration: 1m30s"),
                row("    duration: 1s", "    duration: min(${hold}, 3s)"),
                row(
                        "  - type: wait\n    name: pause\n    duration: 1s",
                        "  - {type: ask, name: pause, question: Go on?, unanswered: stop}"));
    }

    @ParameterizedTest
    @MethodSource("bothAccept")
    void bothAcceptWhatIsRight(String from, String to) {
        String text = plainWith(from, to);

        assertThat(problems(text)).isEmpty();
        assertThat(schemaAccepts(text)).isTrue();
    }

    static Stream<Arguments> bothRefuse() {
        return Stream.of(
                row("apiVersion: faultline/v1", "apiVersion: v1"),
                row("kind: Playbook", "kind: playbook"),
                row("kind: Playbook\n", ""),
                row("  name: plain", "  name: Plain"),
                row("  name: plain", "  name: -plain"),
                row("title: A plain one", "title: 42"),
                row("title: A plain one", "title: \"\""),
                row("title: A plain one", "title: ''"),
                row("title: A plain one", "title: \"a\\tb\""),
                row("title: A plain one", "title: " + "x".repeat(121)),
                row("title: A plain one", "titel: A plain one"),
                row("title: A plain one", "title: [A, plain, one]"),
                row("tags: [one, two]", "tags: one"),
                row("tags: [one, two]", "tags: [1]"),
                row("expectedDuration: 1m", "expectedDuration: 60"),
                row("expectedDuration: 1m", "expectedDuration: 1s1m"),
                row("difficulty: 2", "difficulty: 0"),
                row("difficulty: 2", "difficulty: \"2\""),
                row("type: integer, default: 8, min: 1", "type: integer, default: 8.5, min: 1"),
                row("type: integer, default: 8, min: 1", "type: integer, default: \"8\", min: 1"),
                row("type: integer, default: 8, min: 1", "type: integer, min: 1"),
                row("type: integer, default: 8", "type: whole, default: 8"),
                row("type: duration, default: 5s, min: 1s", "type: duration, default: 5s, min: 1"),
                row("{type: boolean, default: true}", "{type: boolean, default: true, min: 0}"),
                row("  share:", "  Share:"),
                row("[simulated, embedded]", "[simulated, real]"),
                row("role: decode\n  minWorkers", "role: decoder\n  minWorkers"),
                row("maxTargets: 1", "maxTargets: -1"),
                row("maxTargets: 1", "maxTargets: 1.5"),
                row("maxPercentOfPool: 50", "maxPercentOfPool: 100.5"),
                row("probe: success_ratio", "probe: success"),
                row("probe: success_ratio", "probe: success_ratio\n      since: run-start"),
                row("probe: success_ratio", "probe: success_ratio\n      role: decode"),
                row("range: [0.9, 1]", "range: [0.9, 1, 2]"),
                row("type: range, range: [0.9, 1]", "type: atleast, value: 1"),
                row("type: range, range: [0.9, 1]", "type: atLeast"),
                row("type: range, range: [0.9, 1]", "type: atLeast, value: 5s"),
                row("failureThreshold: 2", "failureThreshold: 0"),
                row("  - type: load", "  - type: explode"),
                row("    maxTokens: 200\n", ""),
                row("    maxTokens: 200", "    maxTokens: 0"),
                row("    clients: ${streams}", "    clients: many"),
                row("    clients: ${streams}", "    clients: 10001"),
                row("    duration: 1s", "    duration: 10y"),
                row("    duration: 1s", "    duration: 1 s"),
                row("    duration: 1s", "    duration: 1"),
                row("    duration: 1s\n", ""),
                row("    name: pause\n", ""),
                row("when: {after: 2s}", "when: {}"),
                row("when: {after: 2s}", "when: {after: 2s, requests: 5}"),
                row("when: {after: 2s}", "when: after 2s"),
                row("fault: worker-kill", "fault: worker_kill"),
                row("fault: worker-kill", "fault: worker-kill\n    factor: 2"),
                row("fault: worker-kill", "fault: worker-slow\n    factor: 0.5"),
                row("fault: worker-kill", "fault: worker-slow\n    afterTokens: 1"),
                row("fault: worker-kill", "fault: engine-freeze\n    afterTokens: 1.5"),
                row("role: decode, health: [ready]", "role: store, health: [ready]"),
                row("role: decode, health: [ready]", "role: decode, health: [well]"),
                row("mode: random, count: 1", "mode: all, count: 1"),
                row("mode: random, count: 1", "mode: some"),
                row("{role: decode, health: [ready], mode: random, count: 1}", "{}"),
                row("{role: decode, health: [ready], mode: random, count: 1}", "{role: decode, node: decode-0}"),
                row("    for: 1s", "    for: soon"),
                row("    for: 1s", "    while: 1s"),
                row("stopSending: when-all-sent", "stopSending: later"),
                row("onlyIf: ${repair}", "onlyIf: yes"),
                row("  - type: inject\n    name: start", "  - type: ask\n    question: ok?\n    name: start"),
                row("probe: time_to_ready\n    since: kill\n", "probe: time_to_ready\n"),
                row("tolerance: {type: atMost, value: \"${leaseTtl} + 20s\"}", "tolerance: {type: atMost, value: 20}"),
                row("charts: [tokens]", "charts: [pie]"),
                row("briefing: Something breaks.", "breifing: Something breaks."),
                row("cost: 5", "cost: 500"),
                row("correct: true", "correct: false"),
                row("detect: 50", "luck: 50"));
    }

    @ParameterizedTest
    @MethodSource("bothRefuse")
    void bothRefuseWhatIsWrong(String from, String to) {
        String text = plainWith(from, to);

        assertThat(problems(text)).isNotEmpty();
        assertThat(schemaAccepts(text)).isFalse();
    }

    /// A schema cannot follow names, compute or compare.
    static Stream<Arguments> onlyTheLoaderRefuses() {
        return Stream.of(
                row("since: kill", "since: drained"),
                row("since: kill", "since: nowhere"),
                row("load: streams", "load: kill"),
                row("chosenBy: kill", "chosenBy: pause"),
                row("    name: pause", "    name: streams"),
                row("clients: ${streams}", "clients: ${stream}"),
                row("clients: ${streams}", "clients: ${hold}"),
                row("clients: ${streams}", "clients: ${streams} +"),
                row("clients: ${streams}", "clients: ${streams} * 10000"),
                row("    duration: 1s", "    duration: 2h"),
                row("default: 8, min: 1", "default: 800, min: 1"),
                row("min: 1, max: 100", "min: 200, max: 100"),
                row("requestsPerClient: 2", "requestsPerClient: 0"));
    }

    @ParameterizedTest
    @MethodSource("onlyTheLoaderRefuses")
    void theLoaderAlsoChecksMeaning(String from, String to) {
        String text = plainWith(from, to);

        assertThat(problems(text)).isNotEmpty();
        assertThat(schemaAccepts(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe", "role", "health"})
    void theSchemaKnowsEveryWord(String definition) {
        List<String> words = new ArrayList<>();
        TREE.path("$defs").path(definition).path("enum").forEach(word -> words.add(word.asString()));

        List<String> constants = switch (definition) {
            case "probe" -> Stream.of(ProbeKind.values()).map(ProbeKind::word).toList();
            case "role" -> words(NodeRole.values());
            default -> words(NodeHealth.values());
        };
        assertThat(words).containsExactlyElementsOf(constants);
    }

    @Test
    void theSchemaKnowsEveryFaultChartAndTable() {
        String schema = TREE.toString();

        for (FaultKind fault : FaultKind.values()) {
            assertThat(schema).contains("\"" + fault.word() + "\"");
        }
        assertThat(words(Playbook.Chart.values()))
                .allSatisfy(w -> assertThat(schema).contains("\"" + w + "\""));
        assertThat(words(Playbook.Table.values()))
                .allSatisfy(w -> assertThat(schema).contains("\"" + w + "\""));
    }

    @Test
    void bothAcceptThePlainFile() {
        assertThat(problems(PLAIN)).isEmpty();
        assertThat(SCHEMA.validate(json(YamlReader.read(PLAIN, new Problems()).orElseThrow())))
                .isEmpty();
    }

    private static <E extends Enum<E>> List<String> words(E[] constants) {
        return Stream.of(constants).map(c -> Words.of(c, '-')).toList();
    }

    private static Arguments row(String from, String to) {
        return Arguments.of(from, to);
    }
}
