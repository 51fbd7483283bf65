package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.history.PrefillSnapshot;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Prompts computed on workers of their own, on real threads. Waits for conditions, never for a time; the limit is
/// there for a cluster that hangs.
class DisaggregationEmbeddedTest {
    private static final List<NodeId> PREFILL = List.of(new NodeId("prefill-0"), new NodeId("prefill-1"));

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 2, 2048, 2048, 64, 10.0, 3, 10_000_000_000L)
                    .withPrefill(2, PrefillConfig.defaults().withRules(new PrefillRules(64, 8))),
            new ByteTokenizer(),
            7);
    /// On the operator's loop.
    private final List<EventRecord> events = new ArrayList<>();

    DisaggregationEmbeddedTest() {
        watch.call(() -> {
            cluster.subscribe(event -> events.add(event.record()));
            return true;
        });
        watch.await(() -> watch.ready(NodeRole.DECODE, NodeRole.PREFILL) == 4);
    }

    private final ClusterWatch watch = new ClusterWatch(cluster);

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    @DisplayName("PRE-1: long prompts are computed elsewhere, and every answer is the undisturbed one")
    @Shows(value = "PRE-1", in = EMBEDDED)
    void promptsAreComputedElsewhere() {
        LoadRun load = busy();
        watch.await(() -> prefill().totals().handedOver() >= 30);
        settle(load);

        assertThat(watch.call(this::usedTwice)).isEmpty();
    }

    @Test
    @DisplayName("PRE-1 REQ-9: a prefill worker's jobs are done by the other when it is killed")
    @Shows(
            value = {"PRE-1", "REQ-9"},
            in = EMBEDDED)
    void aKilledPrefillWorkersJobsAreDoneByTheOther() {
        LoadRun load = busy();
        watch.await(() -> prefill().totals().handedOver() >= 5 && jobsOf("prefill-0") > 0);
        inject(new Fault.WorkerKill(PREFILL.getFirst()));
        int before = watch.call(() -> prefill().totals().handedOver());
        watch.await(() -> prefill().totals().handedOver() >= before + 20);
        inject(new Fault.WorkerStart(PREFILL.getFirst()));
        settle(load);

        assertThat(watch.call(this::usedTwice)).isEmpty();
    }

    @Test
    @DisplayName("REQ-9: every prefill worker lost: decode goes on, local prefill takes over, and they are used again")
    @Shows(value = "REQ-9", in = EMBEDDED)
    void withoutPrefillWorkersDecodeWorkersPrefill() {
        LoadRun load = busy();
        watch.await(() -> prefill().totals().handedOver() >= 5);
        PREFILL.forEach(worker -> inject(new Fault.WorkerKill(worker)));
        long before = watch.call(() -> watch.service().completed());
        watch.await(() -> watch.service().completed() >= before + 20);
        PREFILL.forEach(worker -> inject(new Fault.WorkerStart(worker)));
        int handedOver = watch.call(() -> prefill().totals().handedOver());
        watch.await(() -> prefill().totals().handedOver() >= handedOver + 5);
        settle(load);
    }

    private LoadRun busy() {
        return watch.call(() -> cluster.load().start(new LoadSpec(12, 0, 300, 1200, 30, 0, 0)));
    }

    private void settle(LoadRun load) {
        watch.call(() -> {
            load.drain();
            return true;
        });
        watch.await(() -> load.isFinished() && watch.ready(NodeRole.DECODE, NodeRole.PREFILL) == 4);
        ServiceSnapshot after = watch.call(watch::service);
        assertThat(after.failed()).isZero();
        assertThat(after.answersDiffering()).isZero();
        assertThat(after.answersChecked()).isPositive();
    }

    private List<String> usedTwice() {
        Set<String> used = new LinkedHashSet<>();
        List<String> twice = new ArrayList<>();
        for (EventRecord record : events) {
            if (record instanceof PrefillEvent.KvHandedOver r && !used.add(r.request() + '#' + r.attempt())) {
                twice.add(r.request());
            }
        }
        return twice;
    }

    private int jobsOf(String node) {
        return prefill().workers().stream()
                .filter(w -> w.node().equals(node))
                .mapToInt(PrefillSnapshot.PrefillWorkerView::jobs)
                .sum();
    }

    private PrefillSnapshot prefill() {
        return cluster.history().prefill(cluster.loop().now());
    }

    private void inject(Fault fault) {
        assertThat(watch.call(() -> cluster.faults().inject(fault, null, "test")))
                .isInstanceOf(Result.Done.class);
    }
}
