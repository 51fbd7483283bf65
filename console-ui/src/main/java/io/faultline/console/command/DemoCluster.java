package io.faultline.console.command;

import io.faultline.playbook.model.Playbook;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.routing.RoutingConfig;
import java.util.List;

/// The clusters that come with Faultline, for people who have described none of their own.
final class DemoCluster {
    private static final long SECOND = 1_000_000_000L;

    private DemoCluster() {}

    /// All there is to look at: two routers, three decode workers and a prefill worker that an orchestrator keeps
    /// alive on three machines, and a planner that may add two workers. Half of the demo's prompts are long enough
    /// for the prefill worker.
    static ClusterConfig toLookAt() {
        ClusterConfig demo = ClusterConfig.demo();
        return demo.withRouting(RoutingConfig.kv(2))
                .withPrefill(1, PrefillConfig.defaults().withRules(new PrefillRules(700, 2)))
                .withOrchestration(machines(3)
                        .withLaunchNanos(SECOND / 2)
                        .withPlanner(planner(demo.decodeWorkers(), demo.decodeWorkers() + 2, 10 * SECOND)));
    }

    /// One that has what a playbook is about, and little else.
    static ClusterConfig toPlayOn(Playbook playbook) {
        ClusterConfig demo = ClusterConfig.demo();
        return switch (playbook.requires().role()) {
            case PREFILL -> demo.withPrefill(2, PrefillConfig.defaults());
            case ROUTER -> demo.withRouting(RoutingConfig.kv(2));
            case ORCHESTRATOR, MACHINE -> demo.withOrchestration(machines(3));
            case PLANNER -> planned(10);
            case FRONTEND, DECODE, STORE, QUEUE, CLIENT, OPERATOR -> demo;
        };
    }

    /// Workers with so little memory that it matters whether there are enough of them.
    private static ClusterConfig planned(int workers) {
        return new ClusterConfig("faultline-13b", 1, workers, 1_024, 1_024, 256, 1.0, 3, 10 * SECOND)
                .withOrchestration(machines(workers / 2).withPlanner(planner(1, workers, 5 * SECOND)));
    }

    private static OrchestrationConfig machines(int count) {
        return OrchestrationConfig.on(OrchestrationConfig.machines(count, 2));
    }

    private static PlannerConfig planner(int min, int max, long intervalNanos) {
        return PlannerConfig.defaults(List.of(Pool.of(NodeRole.DECODE, "backend", min, max)))
                .withIntervalNanos(intervalNanos);
    }
}
