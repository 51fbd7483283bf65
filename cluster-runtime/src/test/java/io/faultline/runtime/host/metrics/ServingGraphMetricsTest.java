package io.faultline.runtime.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.event.RoutingEvent.ResyncCause;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.seam.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Routers, planner and orchestrator in Prometheus, by Dynamo's names where it has one.
class ServingGraphMetricsTest {
    private static final String ROUTER = "router-0";
    private static final String ROUTER_LABELS =
            "{dynamo_component=\"router\",dynamo_namespace=\"dynamo\",router=\"router-0\"}";

    private final PrometheusFold fold = new PrometheusFold(MetricsConfig.defaults());
    private long sequence;

    private void tell(String node, EventRecord record) {
        fold.apply(new ClusterEvent(sequence, sequence++, new NodeId(node), record));
    }

    private Map<String, Double> series() {
        Map<String, Double> all = new TreeMap<>();
        for (String line : new String(fold.render(List.of()), StandardCharsets.UTF_8).split("\n")) {
            if (!line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                all.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            }
        }
        return all;
    }

    private void decide(int overlap, int best) {
        tell(ROUTER, new RoutingEvent.RouteDecided("r", 0, 7, 10, overlap, best, 40, 160, 50, 60, 3));
    }

    @Test
    void routersHaveDynamosNames() {
        tell(ROUTER, new NodeEvent.NodeStarted(NodeRole.ROUTER));
        tell(ROUTER, new RoutingEvent.RouterObserved(3, 2, 1_000, 5, 11, 7, 1, 2));
        tell(ROUTER, new RoutingEvent.RouterObserved(4, 4, 1_200, 6, 15, 7, 1, 2));
        decide(4, 4);
        decide(1, 6);

        assertThat(series())
                .containsEntry("dynamo_component_router_requests_total" + ROUTER_LABELS, 2.0)
                .containsEntry("dynamo_component_router_kv_hit_rate_count" + ROUTER_LABELS, 2.0)
                .containsEntry("dynamo_component_router_kv_hit_rate_sum" + ROUTER_LABELS, 0.5)
                .containsEntry("dynamo_component_router_non_max_overlap_selections_total" + ROUTER_LABELS, 1.0)
                .containsEntry("dynamo_component_router_overlap_blocks_lost_total" + ROUTER_LABELS, 5.0)
                .containsEntry("dynamo_component_router_worker_registered" + ROUTER_LABELS, 4.0)
                .containsEntry(
                        "dynamo_kvrouter_kv_cache_events_applied_total{event_type=\"stored\",status=\"ok\"}", 15.0)
                .containsEntry(
                        "dynamo_kvrouter_kv_cache_events_applied_total{event_type=\"removed\",status=\"ok\"}", 7.0)
                .containsEntry("faultline_router_index_blocks{router=\"router-0\"}", 1_200.0)
                .containsEntry("faultline_router_sequences{router=\"router-0\"}", 6.0);
    }

    @Test
    void aRoutersNextLifeCountsOnFromTheLast() {
        tell(ROUTER, new RoutingEvent.RouterObserved(3, 3, 100, 0, 11, 7, 1, 2));
        tell(ROUTER, new NodeEvent.NodeStopped(StopKind.KILLED, "kill"));
        assertThat(series()).containsEntry("dynamo_component_router_worker_registered" + ROUTER_LABELS, 0.0);
        tell(ROUTER, new RoutingEvent.RouterObserved(3, 3, 100, 0, 4, 0, 0, 0));

        assertThat(series())
                .containsEntry(
                        "dynamo_kvrouter_kv_cache_events_applied_total{event_type=\"stored\",status=\"ok\"}", 15.0);
    }

    @Test
    void fallbacksAreCountedAndTimed() {
        tell("frontend-0", new RoutingEvent.RouterFallbackStarted("least-loaded", "is silent"));
        assertThat(series()).containsEntry("faultline_router_fallback{frontend=\"frontend-0\"}", 1.0);
        tell("frontend-0", new RoutingEvent.RouterFallbackEnded(1_500_000_000L, 12));
        tell("frontend-0", new RoutingEvent.RouteDeclined("r", 0, "inhibited"));
        tell(ROUTER, new RoutingEvent.KvIndexResynced(7, ResyncCause.GAP, 10, 3, 5));

        assertThat(series())
                .containsEntry("faultline_router_fallback{frontend=\"frontend-0\"}", 0.0)
                .containsEntry("faultline_router_fallbacks_total{frontend=\"frontend-0\"}", 1.0)
                .containsEntry("faultline_router_fallback_seconds_total{frontend=\"frontend-0\"}", 1.5)
                .containsEntry("faultline_router_fallback_requests_total{frontend=\"frontend-0\"}", 12.0)
                .containsEntry("faultline_router_answers_declined_total{frontend=\"frontend-0\"}", 1.0)
                .containsEntry("faultline_router_index_resyncs_total{cause=\"gap\"}", 1.0);
    }

    @Test
    void thePlannerHasDynamosNamesAndItsRollBacksAreCounted() {
        tell("decode-0", new NodeEvent.NodeStarted(NodeRole.DECODE));
        decision(DecisionKind.DOWN, 4, 3);
        decision(DecisionKind.ROLL_BACK, 3, 4);

        assertThat(series())
                .containsEntry("planner:num_d_workers", 1.0)
                .containsEntry("planner:num_p_workers", 0.0)
                .containsKey("planner:gpu_hours")
                .containsEntry("faultline_planner_decisions_total{kind=\"down\",pool=\"decode\"}", 1.0)
                .containsEntry("faultline_planner_rollbacks_total{pool=\"decode\"}", 1.0)
                .containsEntry("faultline_planner_desired_workers{pool=\"decode\"}", 4.0)
                .containsEntry("faultline_planner_kv_use{pool=\"decode\"}", 0.97)
                .containsEntry("faultline_planner_queued_requests{pool=\"decode\"}", 12.0);
    }

    private void decision(DecisionKind kind, int from, int to) {
        tell(
                "planner-0",
                new ScalingEvent.PlannerDecided(
                        sequence, NodeRole.DECODE, kind, from, to, 3, 3, 0.97, 12, 0, 3, 0, "why"));
    }

    @Test
    void restartsAndCordonsAreCounted() {
        tell("operator", new ScalingEvent.MachineChanged("machine-0", 2, true, "part of the cluster"));
        tell("orchestrator-0", new ScalingEvent.RestartScheduled("decode-0", "machine-0", 1, 5, "kill"));
        tell("orchestrator-0", new ScalingEvent.MachineCordoned("machine-0", "orchestrator", "starts failed", 9));
        tell("orchestrator-0", new ScalingEvent.ProcessUnplaced("decode-0", "no machine"));

        assertThat(series())
                .containsEntry("faultline_machine_up{machine=\"machine-0\"}", 1.0)
                .containsEntry("faultline_machine_cordoned{machine=\"machine-0\"}", 1.0)
                .containsEntry("faultline_orchestrator_restarts_total{role=\"decode\"}", 1.0)
                .containsEntry("faultline_orchestrator_cordons_total{by=\"orchestrator\"}", 1.0)
                .containsEntry("faultline_orchestrator_unplaced_total", 1.0);

        tell("orchestrator-0", new ScalingEvent.MachineUncordoned("machine-0", "orchestrator"));
        tell("operator", new ScalingEvent.MachineChanged("machine-0", 2, false, "lost"));
        assertThat(series())
                .containsEntry("faultline_machine_cordoned{machine=\"machine-0\"}", 0.0)
                .containsEntry("faultline_machine_up{machine=\"machine-0\"}", 0.0);
    }
}
