package io.faultline.playbook.probe;

import static io.faultline.playbook.probe.Script.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.seam.NodeId;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ObservationTest {
    private static final String BY = "plain run r-1";

    private final Script script = new Script();
    private final Marks marks = new Marks();
    private long steadySince = -1;

    private OptionalDouble read(Probe probe) {
        return new Observation(script.history(), script.nowNanos(), marks, BY, () -> steadySince).read(probe);
    }

    private OptionalDouble read(ProbeKind kind) {
        return read(Probe.of(kind));
    }

    private void mark(String name, NodeId... targets) {
        marks.set(name, script.nowNanos(), script.history().service(script.nowNanos()), List.of(targets));
    }

    /// Two workers, four requests: one done, one streaming, one migrating, one waiting.
    private void busyCluster() {
        script.at(0).worker("decode-0", 1).worker("decode-1", 2);
        script.at(1000).received("a").routed("a", 0, 1).received("b").routed("b", 0, 2);
        script.at(1200).firstToken("a", 1, 200).firstToken("b", 2, 200);
        script.at(2000).delivered("a", 1, 9).delivered("b", 2, 9);
        script.at(2100).completed("a", 1100).checked("a", true).received("c").routed("c", 0, 1);
        script.at(2300).firstToken("c", 1, 200).received("d");
        script.at(2400).broke("b", 2).stepped("decode-0", 1, 3, 40).stepped("decode-1", 2, 1, 70);
        script.at(3000);
    }

    @Test
    void readsWhatHappensNow() {
        busyCluster();

        assertThat(read(ProbeKind.IN_FLIGHT)).hasValue(3);
        assertThat(read(ProbeKind.REQUESTS_STREAMING)).hasValue(1);
        assertThat(read(ProbeKind.REQUESTS_MIGRATING)).hasValue(1);
        assertThat(read(ProbeKind.INSTANCES_READY)).hasValue(2);
        assertThat(read(ProbeKind.KV_USE)).hasValue(0.7);
        assertThat(read(ProbeKind.QUEUE_DEPTH)).hasValue(4);
    }

    @Test
    void readsWhatClientsFeel() {
        busyCluster();

        assertThat(read(ProbeKind.SUCCESS_RATIO)).hasValue(1);
        assertThat(read(ProbeKind.TTFT_P50)).hasValue(200 * MS);
        assertThat(read(ProbeKind.TTFT_P99)).hasValue(200 * MS);
        assertThat(read(ProbeKind.ITL_P50)).hasValue(100 * MS);
        assertThat(read(ProbeKind.DURATION_P99)).hasValue(1100 * MS);
        assertThat(read(ProbeKind.TOKENS_PER_SECOND).getAsDouble()).isPositive();
    }

    @Test
    void saysNoDataRatherThanZero() {
        script.at(0).worker("decode-0", 1);

        assertThat(read(ProbeKind.TTFT_P99)).isEmpty();
        assertThat(read(ProbeKind.ITL_P99)).isEmpty();
        assertThat(read(ProbeKind.DURATION_P50)).isEmpty();
        mark(Marks.RUN_START);
        assertThat(read(ProbeKind.MIGRATION_GAP_P99)).isEmpty();
        assertThat(read(new Probe(ProbeKind.KV_USE, NodeRole.FRONTEND, null, Marks.RUN_START, null)))
                .isEmpty();
        assertThat(read(Probe.since(ProbeKind.REQUESTS_FAILED, "a step that has not begun")))
                .isEmpty();
    }

    @Test
    void countsSinceTheRunBeganAndNotBefore() {
        script.at(100).received("old-1").received("old-2").failed("old-1").checked("old-2", false);
        script.at(1000);
        mark(Marks.RUN_START);
        script.at(1100)
                .received("a")
                .received("b")
                .received("c")
                .rejected("c")
                .completed("a", 100)
                .checked("a", true);
        script.at(1200).completed("old-2", 1100).failed("b");

        assertThat(read(ProbeKind.REQUESTS_RECEIVED)).hasValue(3);
        assertThat(read(ProbeKind.REQUESTS_COMPLETED)).hasValue(2);
        assertThat(read(ProbeKind.REQUESTS_FAILED)).hasValue(1);
        assertThat(read(ProbeKind.REQUESTS_REJECTED)).hasValue(1);
        assertThat(read(ProbeKind.ANSWERS_CHECKED)).hasValue(1);
        assertThat(read(ProbeKind.ANSWERS_DIFFERING)).hasValue(0);
        assertThat(read(Probe.since(ProbeKind.REQUESTS_FAILED, Marks.CLUSTER_START)))
                .hasValue(2);
        assertThat(read(Probe.since(ProbeKind.ANSWERS_DIFFERING, Marks.CLUSTER_START)))
                .hasValue(1);
    }

    @Test
    void countsBetweenTwoSteps() {
        script.at(1000);
        mark(Marks.RUN_START);
        script.at(1100).received("a").completed("a", 1);
        mark("first");
        script.at(1200).received("b").completed("b", 1).received("c");
        script.at(1300);
        mark("second");
        script.at(1400).received("d").completed("d", 1);

        Probe between = new Probe(ProbeKind.REQUESTS_COMPLETED, NodeRole.DECODE, null, "first", "second");
        Probe unfinished = new Probe(ProbeKind.REQUESTS_UNFINISHED, NodeRole.DECODE, null, Marks.RUN_START, "second");

        assertThat(read(between)).hasValue(1);
        assertThat(read(unfinished)).hasValue(1);
        script.at(1500).completed("c", 300);
        assertThat(read(unfinished)).hasValue(0);
    }

    @Test
    void measuresThePausesOfMigratedStreams() {
        script.at(0).worker("decode-0", 1).worker("decode-1", 2);
        script.at(500).received("old").broke("old", 1).resumed("old", 1, 2, 9_000);
        script.at(1000);
        mark(Marks.RUN_START);
        for (int i = 1; i <= 100; i++) {
            script.at(1000 + i).received("r" + i).broke("r" + i, 1);
        }
        for (int i = 1; i <= 100; i++) {
            script.at(2000 + i).resumed("r" + i, 1, 2, i);
        }

        assertThat(read(ProbeKind.MIGRATIONS_STARTED)).hasValue(100);
        assertThat(read(ProbeKind.MIGRATIONS_COMPLETED)).hasValue(100);
        assertThat(read(ProbeKind.MIGRATION_GAP_P50)).hasValue(50 * MS);
        assertThat(read(ProbeKind.MIGRATION_GAP_P99)).hasValue(99 * MS);
        assertThat(read(ProbeKind.MIGRATION_GAP_MAX)).hasValue(100 * MS);
    }

    @Test
    void timesTheLastStreamToContinue() {
        script.at(0).worker("decode-0", 1).worker("decode-1", 2).received("a").received("b");
        script.at(1000);
        mark("kill", new NodeId("decode-0"));
        script.at(1010).broke("a", 1).broke("b", 1);
        Probe probe = Probe.since(ProbeKind.TIME_TO_CONTINUE, "kill");

        script.at(1200).resumed("a", 1, 2, 190);
        assertThat(read(probe)).as("b has no token yet").isEmpty();
        script.at(1400).resumed("b", 1, 2, 390);
        assertThat(read(probe)).hasValue(400 * MS);
    }

    @Test
    void timesNothingWhenNothingBroke() {
        script.at(1000);
        mark("kill");

        assertThat(read(Probe.since(ProbeKind.TIME_TO_CONTINUE, "kill"))).isEmpty();
        script.received("a").broke("a", 1).givenUp("a", 1).failed("a");
        assertThat(read(Probe.since(ProbeKind.TIME_TO_CONTINUE, "kill")))
                .as("given up is not continued")
                .isEmpty();
        assertThat(read(Probe.since(ProbeKind.MIGRATIONS_FAILED, "kill"))).hasValue(1);
    }

    @Test
    void timesAWorkerUntilItIsReadyAgain() {
        script.at(0).worker("decode-0", 1).worker("decode-1", 2);
        script.at(1000);
        mark("kill", new NodeId("decode-0"));
        Probe probe = Probe.since(ProbeKind.TIME_TO_READY, "kill");

        assertThat(read(probe))
                .as("ready, but only because nobody has heard yet")
                .isEmpty();
        script.at(1001).injected("f-1", "decode-0", BY);
        assertThat(read(probe)).isEmpty();
        script.at(4000).worker("decode-0", 101);
        assertThat(read(probe)).hasValue(3000 * MS);
    }

    @Test
    void timesTheRecoveryOfTheSteadyState() {
        script.at(1000);
        mark("kill");
        Probe probe = Probe.since(ProbeKind.TIME_TO_RECOVER, "kill");
        script.at(5000);

        assertThat(read(probe)).as("not steady").isEmpty();
        steadySince = 4000 * MS;
        assertThat(read(probe)).hasValue(3000 * MS);
        steadySince = 500 * MS;
        assertThat(read(probe)).as("never broke").hasValue(0);
    }

    @Test
    void tellsOwnFaultsFromOthers() {
        script.at(0).worker("decode-0", 1).worker("decode-1", 2);
        script.injected("f-1", "decode-0", BY).injected("f-2", "decode-1", "somebody");

        assertThat(read(ProbeKind.ACTIVE_FAULTS)).hasValue(2);
        assertThat(read(ProbeKind.RESIDUAL_FAULTS)).hasValue(1);
        assertThat(read(new Probe(
                        ProbeKind.INSTANCES_BY_HEALTH, NodeRole.DECODE, NodeHealth.KILLED, Marks.RUN_START, null)))
                .hasValue(2);
        script.recovered("f-1", "decode-0");
        assertThat(read(ProbeKind.ACTIVE_FAULTS)).hasValue(1);
        assertThat(read(ProbeKind.RESIDUAL_FAULTS)).hasValue(0);
    }

    @Test
    void readsEveryProbeOnAnEmptyHistory() {
        mark(Marks.RUN_START);

        for (ProbeKind kind : ProbeKind.values()) {
            assertThat(read(kind).orElse(0)).as(kind.word()).isBetween(0.0, 1.0);
        }
    }
}
