package io.faultline.playbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.expression.Expression;
import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Quantity;
import io.faultline.playbook.model.Target;
import io.faultline.playbook.model.Target.Mode;
import io.faultline.playbook.model.Target.OnEmpty;
import io.faultline.playbook.run.TargetChoice.Choice;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TargetChoiceTest {
    private static final Scope SCOPE = new Scope(new LinkedHashMap<>());
    private static final List<NodeView> NODES = List.of(
            node("frontend-0", NodeRole.FRONTEND, NodeHealth.READY),
            node("decode-2", NodeRole.DECODE, NodeHealth.READY),
            node("decode-0", NodeRole.DECODE, NodeHealth.KILLED),
            node("decode-3", NodeRole.DECODE, NodeHealth.READY),
            node("decode-1", NodeRole.DECODE, NodeHealth.READY));

    private static NodeView node(String name, NodeRole role, NodeHealth health) {
        return new NodeView(name, role, health, 0, "", 1, "m", 0, 0, 0, 0, 1, 0, 0, 0, -1, 0, 1);
    }

    private static Target ready(Mode mode, int count) {
        return new Target.ByRole(
                NodeRole.DECODE, List.of(NodeHealth.READY), mode, Quantity.ofNumber("count", count), OnEmpty.FAIL);
    }

    private static List<String> chosen(Target target, List<NodeView> nodes, long seed) {
        Choice choice = TargetChoice.choose(
                target,
                nodes,
                SCOPE,
                _ -> List.of(new NodeId("decode-0"), new NodeId("decode-1")),
                new RandomSource(seed));
        return choice instanceof Choice.Chosen(var _, List<NodeId> ids)
                ? ids.stream().map(NodeId::value).toList()
                : List.of();
    }

    @Test
    void takesNodesInTheOrderOfTheirNames() {
        assertThat(chosen(ready(Mode.ONE, 1), NODES, 1)).containsExactly("decode-1");
        assertThat(chosen(ready(Mode.FIXED, 2), NODES, 1)).containsExactly("decode-1", "decode-2");
        assertThat(chosen(ready(Mode.ALL, 1), NODES, 1)).containsExactly("decode-1", "decode-2", "decode-3");
    }

    @Test
    void drawsTheSameNodesInWhateverOrderTheyAppeared() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(chosen(ready(Mode.RANDOM, 2), NODES.reversed(), seed))
                    .isEqualTo(chosen(ready(Mode.RANDOM, 2), NODES, seed))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void drawsEveryNodeSoonerOrLater() {
        assertThat(IntStream.range(0, 50)
                        .mapToObj(seed ->
                                chosen(ready(Mode.RANDOM, 1), NODES, seed).getFirst()))
                .contains("decode-1", "decode-2", "decode-3")
                .doesNotContain("decode-0");
    }

    @Test
    void doesNotTakeFewerThanAreWanted() {
        assertThat(chosen(ready(Mode.FIXED, 4), NODES, 1)).isEmpty();
        assertThat(chosen(ready(Mode.ALL, 1), List.of(), 1)).isEmpty();
    }

    @Test
    void findsWhatAnEarlierStepActedOn() {
        Target killed = new Target.SameAs("kill", List.of(NodeHealth.KILLED), OnEmpty.SKIP);
        Target any = new Target.SameAs("kill", List.of(), OnEmpty.SKIP);

        assertThat(chosen(killed, NODES, 1)).containsExactly("decode-0");
        assertThat(chosen(any, NODES, 1)).containsExactly("decode-0", "decode-1");
    }

    @Test
    void findsANodeByItsName() {
        assertThat(chosen(named("decode-3"), NODES, 1)).containsExactly("decode-3");
        assertThat(chosen(named("decode-9"), NODES, 1)).isEmpty();
        assertThat(chosen(named("  "), NODES, 1)).isEmpty();
    }

    private static Target named(String name) {
        return new Target.Named(new Expression.Literal(new Value.Text(name)), List.of(), OnEmpty.FAIL);
    }
}
