package io.faultline.sim.cluster;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.event.PrefillEvent.PrefillFallback;
import io.faultline.runtime.event.QueueEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A cluster whose long prompts are prefilled on workers of their own, and what happens to it when these fail. The
/// invariants watch as in the big scenarios; every story ends with a cluster that is whole and clients who lost
/// nothing.
@DisplayName("PRE-1 REQ-9 TC-2: prefill and decode on workers of their own")
class DisaggregationTest {
    private static final long SECOND = 1_000_000_000L;
    private static final NodeId QUEUE = new NodeId("queue");
    private static final List<NodeId> PREFILL = List.of(new NodeId("prefill-0"), new NodeId("prefill-1"));
    private static final List<NodeId> DECODE =
            List.of(new NodeId("decode-0"), new NodeId("decode-1"), new NodeId("decode-2"));

    private final List<ClusterEvent> events = new ArrayList<>();

    private static PrefillConfig prefill() {
        return PrefillConfig.defaults().withRules(new PrefillRules(256, 4));
    }

    private SimulatedCluster cluster(PrefillConfig prefill) {
        SimulationConfig config = SimulationConfig.of(
                new ClusterConfig("m", 2, 3, 4_096, 3_840, 64, 1.0, 3, 10 * SECOND).withPrefill(2, prefill));
        SimulatedCluster cluster = SimulatedCluster.builder(11)
                .config(config)
                .fold(events::add)
                .history(HistoryConfig.defaults())
                .build();
        assertThat(cluster.awaitStart()).isTrue();
        return cluster;
    }

    private static LoadRun busy(SimulatedCluster cluster) {
        return cluster.load().start(new LoadSpec(12, 0, 512, 2_048, 60, 32, SECOND));
    }

    private void settle(SimulatedCluster cluster, LoadRun load) {
        cluster.heal();
        load.drain();
        cluster.stabilise();
        assertThat(cluster.violations()).isEmpty();
        assertThat(cluster.requests().failed()).isZero();
        assertThat(cluster.requests().rejected()).isZero();
        assertThat(records(ClientEvent.AnswerChecked.class))
                .isNotEmpty()
                .allMatch(ClientEvent.AnswerChecked::identical);
    }

    private <R extends EventRecord> List<R> records(Class<R> type) {
        return records(type, 0);
    }

    private <R extends EventRecord> List<R> records(Class<R> type, long sinceNanos) {
        return events.stream()
                .filter(event -> event.atNanos() >= sinceNanos)
                .map(ClusterEvent::record)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Test
    @Shows(value = "PRE-1", in = SIMULATED)
    void longPromptsAreComputedElsewhereAndFoundInTheCache() {
        SimulatedCluster cluster = cluster(prefill());
        LoadRun load = busy(cluster);
        cluster.runFor(10 * SECOND);
        settle(cluster, load);

        List<PrefillEvent.KvHandedOver> handedOver = records(PrefillEvent.KvHandedOver.class);
        assertThat(handedOver).hasSizeGreaterThan(20);
        assertThat(handedOver).allSatisfy(h -> {
            assertThat(h.blocks()).isPositive();
            assertThat(h.bytes()).isEqualTo(h.blocks() * 16L * 819_200L);
            // At 25 GB/s, less what the first piece took before it arrived.
            assertThat(h.transferNanos()).isLessThan(SECOND);
        });
        assertThat(records(PrefillEvent.PrefillFellBack.class)).isEmpty();
        assertThat(records(QueueEvent.QueueObserved.class)).isNotEmpty();
    }

    @Test
    @Shows(value = "PRE-1", in = SIMULATED)
    void shortPromptsStayWhereTheyAre() {
        SimulatedCluster cluster = cluster(prefill().withRules(new PrefillRules(4_096, 4)));
        LoadRun load = busy(cluster);
        cluster.runFor(5 * SECOND);
        settle(cluster, load);

        assertThat(records(PrefillEvent.PrefillQueued.class)).isEmpty();
    }

    @Test
    @Shows(
            value = {"PRE-1", "REQ-9"},
            in = SIMULATED)
    void aPrefillWorkerThatDiesIsReplacedByAnother() {
        SimulatedCluster cluster = cluster(prefill());
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        for (int i = 0; i < 6; i++) {
            cluster.control().kill(PREFILL.get(i % 2));
            cluster.runFor(SECOND);
            cluster.control().start(PREFILL.get(i % 2));
            cluster.runFor(SECOND);
        }
        settle(cluster, load);

        assertThat(records(PrefillEvent.PrefillStarted.class)).anyMatch(started -> started.delivery() > 1);
    }

    @Test
    @DisplayName("REQ-9: every prefill worker lost: decode goes on, local prefill takes over, and they are used again")
    @Shows(value = "REQ-9", in = SIMULATED)
    void withoutPrefillWorkersDecodeWorkersPrefill() {
        SimulatedCluster cluster = cluster(prefill());
        LoadRun load = busy(cluster);
        cluster.runFor(5 * SECOND);
        long lostAt = cluster.nowNanos();
        PREFILL.forEach(cluster.control()::kill);
        cluster.runFor(20 * SECOND);
        long completedMeanwhile =
                records(RequestEvent.RequestCompleted.class, lostAt).size();
        PREFILL.forEach(cluster.control()::start);
        cluster.runFor(3 * SECOND);
        long backAt = cluster.nowNanos();
        cluster.runFor(10 * SECOND);
        settle(cluster, load);

        assertThat(completedMeanwhile).isGreaterThan(20);
        assertThat(records(PrefillEvent.PrefillFellBack.class)).isNotEmpty();
        assertThat(records(PrefillEvent.KvHandedOver.class, backAt)).isNotEmpty();
    }

    @Test
    @DisplayName("PRE-1: the queue's process is lost and comes back with its messages")
    @Shows(value = "PRE-1", in = SIMULATED)
    void theQueueIsLostAndComesBack() {
        SimulatedCluster cluster = cluster(prefill());
        LoadRun load = busy(cluster);
        cluster.runFor(5 * SECOND);
        cluster.control().kill(QUEUE);
        cluster.runFor(10 * SECOND);
        cluster.control().start(QUEUE);
        cluster.runFor(3 * SECOND);
        long backAt = cluster.nowNanos();
        cluster.runFor(10 * SECOND);
        settle(cluster, load);

        assertThat(records(PrefillEvent.KvHandedOver.class, backAt)).isNotEmpty();
    }

    @Test
    @DisplayName("TC-2: cut off from the decode workers, blocks are buffered and handed over afterwards")
    @Shows(value = "TC-2", in = SIMULATED)
    void blocksAreBufferedBehindAPartition() {
        SimulatedCluster cluster = cluster(prefill().withPatienceNanos(20 * SECOND));
        LoadRun load = busy(cluster);
        cluster.runFor(5 * SECOND);
        Cut partition = cluster.control().partition(PREFILL, DECODE);
        cluster.runFor(6 * SECOND);
        long healedAt = cluster.nowNanos();
        long buffered = records(PrefillEvent.KvSpooled.class).size();
        partition.heal();
        cluster.runFor(10 * SECOND);
        settle(cluster, load);

        assertThat(buffered).isPositive();
        assertThat(records(PrefillEvent.KvUnspooled.class, healedAt)).hasSizeGreaterThanOrEqualTo((int) buffered);
        assertThat(records(PrefillEvent.PrefillFellBack.class))
                .noneMatch(fellBack -> fellBack.why() == PrefillFallback.QUEUE_UNREACHABLE);
        assertThat(records(PrefillEvent.KvHandedOver.class, healedAt)).hasSizeGreaterThan((int) buffered);
    }

    @Test
    @DisplayName("PRE-1: the rules are changed while the cluster runs")
    @Shows(value = "PRE-1", in = SIMULATED)
    void rulesChangeWhileItRuns() {
        SimulatedCluster cluster = cluster(prefill());
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        cluster.write(PrefillRules.keyOf("m"), new PrefillRules(4_000, 4).encode());
        cluster.runFor(SECOND);
        long changedAt = cluster.nowNanos();
        cluster.runFor(5 * SECOND);
        settle(cluster, load);

        assertThat(records(PrefillEvent.PrefillRulesChanged.class)).hasSize(3);
        assertThat(records(PrefillEvent.PrefillQueued.class)).isNotEmpty();
        assertThat(records(PrefillEvent.PrefillQueued.class, changedAt)).isEmpty();
    }
}
