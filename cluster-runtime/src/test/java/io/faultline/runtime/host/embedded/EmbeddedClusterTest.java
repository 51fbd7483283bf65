package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.judgement.Evidence;
import io.faultline.runtime.judgement.Judgement;
import io.faultline.runtime.judgement.Verdict;
import io.faultline.runtime.judgement.Verdict.Level;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The same nodes as everywhere, on real threads. Waits for conditions, never for a time.
class EmbeddedClusterTest {
    private static final NodeId VICTIM = new NodeId("decode-1");

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 3, 2048, 2048, 64, 10.0, 3, 10_000_000_000L), new ByteTokenizer(), 7);

    private final ClusterWatch watch = new ClusterWatch(cluster);

    @AfterEach
    void stop() {
        cluster.close();
    }

    /// MIG-1, MIG-5, TC-1: 64 streams, one worker killed, every answer byte-identical to the undisturbed one.
    @Test
    @Shows(
            value = {"MIG-1", "REQ-10"},
            in = EMBEDDED)
    void everyStreamSurvivesTheKillOfAWorkerUnchanged() {
        watch.await(() -> watch.ready(NodeRole.DECODE) == 3);
        LoadRun load = start(new LoadSpec(64, 2, 20, 200, 120, 32, 0));
        watch.await(() -> openOn(VICTIM) >= 10 && watch.service().outputTokens() > 500);
        assertThat(watch.call(() -> cluster.faults().inject(new Fault.WorkerKill(VICTIM), null, "test")))
                .isInstanceOf(Result.Done.class);
        watch.await(() -> load.isFinished() && watch.service().answersChecked() == 128);
        ServiceSnapshot after = watch.call(watch::service);
        assertThat(after.answersDiffering()).isZero();
        assertThat(after.completed()).isEqualTo(128);
        assertThat(after.failed()).isZero();
        assertThat(after.migrationsCompleted()).isGreaterThanOrEqualTo(10);
        assertThat(after.migrationsFailed()).isZero();
        watch.call(() -> cluster.faults().inject(new Fault.WorkerStart(VICTIM), null, "test"));
        watch.await(() -> watch.ready(NodeRole.DECODE) == 3);
    }

    /// Nodes start while whoever started the cluster makes folds; none of them may miss that.
    @Test
    void aFoldThatJoinsLateHearsTheBeginningToo() {
        watch.await(() -> watch.ready(NodeRole.DECODE) == 3);
        List<ClusterEvent> heard = new ArrayList<>();
        List<ClusterEvent> fromNow = new ArrayList<>();
        long next = watch.call(() -> {
            cluster.subscribe(heard::add);
            cluster.subscribeFromNow(fromNow::add);
            return cluster.history().log().end();
        });
        watch.call(() -> cluster.faults().inject(new Fault.WorkerKill(VICTIM), null, "test"));
        watch.await(() -> !fromNow.isEmpty());

        assertThat(watch.call(() -> List.copyOf(heard)))
                .extracting(ClusterEvent::sequence)
                .startsWith(LongStream.range(0, next).boxed().toArray(Long[]::new))
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(watch.call(() -> fromNow.getFirst().sequence())).isEqualTo(next);
    }

    /// HLT-4: a worker that stands still with its sockets open.
    @Test
    @Shows(
            value = {"MIG-1", "HLT-4"},
            in = EMBEDDED)
    void everyStreamSurvivesAFrozenWorker() {
        watch.await(() -> watch.ready(NodeRole.DECODE) == 3);
        LoadRun load = start(new LoadSpec(24, 1, 20, 200, 200, 0, 0));
        watch.await(() -> openOn(VICTIM) >= 4 && watch.service().outputTokens() > 200);
        Result injected = watch.call(() -> cluster.faults().inject(new Fault.WorkerFreeze(VICTIM), null, "test"));
        watch.await(() -> load.isFinished() && watch.service().answersChecked() == 24);
        assertThat(watch.call(watch::service).answersDiffering()).isZero();
        assertThat(watch.call(watch::service).migrationsCompleted()).isGreaterThanOrEqualTo(4);
        String id = ((Result.Done) injected).faultId();
        assertThat(watch.call(() -> cluster.faults().recover(id, "test"))).isInstanceOf(Result.Done.class);
        assertThat(watch.call(() -> cluster.faults().recover(id, "test")))
                .as("a fault is recovered once")
                .isInstanceOf(Result.Refused.class);
    }

    /// Its requests end for its clients as on a broken connection, those sent afterwards find no one, and all of them
    /// count; the verdict says so, and says that it is over.
    @Test
    void theClientsOfAKilledFrontendHearOfItAndCountAsFailed() {
        NodeId frontend = new NodeId("frontend-0");
        watch.await(() -> watch.ready(NodeRole.DECODE) == 3);
        LoadRun load = start(new LoadSpec(12, 0, 20, 200, 400, 0, 0));
        watch.await(() -> watch.service().inFlight() == 12 && watch.service().outputTokens() > 100);
        watch.call(() -> {
            cluster.kill(frontend);
            return true;
        });
        watch.await(() -> watch.service().failed() >= 24);
        Verdict down = watch.call(this::verdict);
        assertThat(down.level()).isEqualTo(Level.DOWN);
        assertThat(down.sentence()).contains("failed in the last 5 s", "frontend-0 killed");
        assertThat(watch.call(watch::service).inFlight()).isZero();

        watch.call(() -> {
            cluster.start(frontend);
            return true;
        });
        watch.await(() -> verdict().level() == Level.HEALTHY);
        load.drain();
        watch.await(load::isFinished);
    }

    /// A frozen process breaks no connection: it is found by what it leaves unanswered.
    @Test
    void aFrozenFrontendIsFoundByItsSilence() {
        NodeId frontend = new NodeId("frontend-0");
        watch.await(() -> watch.ready(NodeRole.DECODE) == 3);
        watch.call(() -> {
            cluster.freeze(frontend);
            return true;
        });
        watch.await(() -> verdict().level() == Level.DOWN);
        assertThat(watch.call(this::verdict).sentence()).contains("frontend-0 unresponsive");
        watch.call(() -> {
            cluster.thaw(frontend);
            return true;
        });
        watch.await(() -> verdict().level() == Level.HEALTHY);
    }

    private Verdict verdict() {
        return Judgement.judge(Evidence.of(cluster.history(), cluster.loop().now()));
    }

    private int openOn(NodeId node) {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> n.name().equals(node.value()))
                .mapToInt(n -> n.openRequests())
                .sum();
    }

    private LoadRun start(LoadSpec spec) {
        return watch.call(() -> cluster.load().start(spec));
    }
}
