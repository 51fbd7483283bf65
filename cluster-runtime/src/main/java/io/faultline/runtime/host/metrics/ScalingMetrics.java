package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.Locale;

/// What planner and orchestrator did: the planner's gauges by their names in Dynamo, and what Dynamo does not count,
/// roll-backs, restarts and cordons. Confined to the loop that feeds it.
final class ScalingMetrics {
    private static final double NANOS_PER_HOUR = 3.6e12;

    private final LabelLimit machineNames;
    private final Gauge prefillWorkers;
    private final Gauge decodeWorkers;
    private final Gauge gpuHours;
    private final Counter decisions;
    private final Counter rollBacks;
    private final Gauge kvUse;
    private final Gauge queued;
    private final Gauge desired;
    private final Counter restarts;
    private final Counter cordons;
    private final Counter unplaced;
    private final Gauge machineUp;
    private final Gauge machineCordoned;
    private int gpusInUse;
    private long gpusSinceNanos;
    private int prefills;
    private int decodes;

    ScalingMetrics(Meters planner, Meters faultline, MetricsConfig config) {
        machineNames = new LabelLimit(config.workersMax());
        prefillWorkers = planner.gauge("num_p_workers", "Prefill workers in discovery");
        decodeWorkers = planner.gauge("num_d_workers", "Decode workers in discovery");
        gpuHours = planner.gauge("gpu_hours", "GPU hours used since the cluster started");
        decisions = faultline.counter("planner_decisions", "Verdicts of the planner", "pool", "kind");
        rollBacks = faultline.counter("planner_rollbacks", "Scaling decisions that were undone", "pool");
        kvUse = faultline.gauge("planner_kv_use", "Share of the pool's KV blocks in use, as last assessed", "pool");
        queued = faultline.gauge("planner_queued_requests", "Requests waiting, as last assessed", "pool");
        desired = faultline.gauge("planner_desired_workers", "Workers that the planner wants", "pool");
        restarts = faultline.counter("orchestrator_restarts", "Restarts that became necessary", "role");
        cordons = faultline.counter("orchestrator_cordons", "Machines that were cordoned", "by");
        unplaced = faultline.counter("orchestrator_unplaced", "Times that no machine took a process");
        machineUp = faultline.gauge("machine_up", "1 while the machine is there, otherwise 0", "machine");
        machineCordoned =
                faultline.gauge("machine_cordoned", "1 while the machine is cordoned, otherwise 0", "machine");
    }

    void apply(EventRecord record) {
        switch (record) {
            case ScalingEvent.PlannerDecided d -> decided(d);
            case ScalingEvent.MachineChanged m ->
                machineUp.labelValues(machineNames.admit(m.machine())).set(m.up() ? 1 : 0);
            case ScalingEvent.MachineCordoned c -> {
                cordons.labelValues(c.forNanos() > 0 ? "orchestrator" : "person")
                        .inc();
                machineCordoned.labelValues(machineNames.admit(c.machine())).set(1);
            }
            case ScalingEvent.MachineUncordoned u ->
                machineCordoned.labelValues(machineNames.admit(u.machine())).set(0);
            case ScalingEvent.RestartScheduled r ->
                restarts.labelValues(roleOf(r.process())).inc();
            case ScalingEvent.ProcessUnplaced _ -> unplaced.inc();
            default -> {
                // The others are counted where nodes start and stop.
            }
        }
    }

    private void decided(ScalingEvent.PlannerDecided d) {
        String pool = label(d.pool());
        decisions.labelValues(pool, label(d.kind())).inc();
        if (d.kind() == ScalingEvent.DecisionKind.ROLL_BACK) {
            rollBacks.labelValues(pool).inc();
        }
        kvUse.labelValues(pool).set(d.kvUse());
        queued.labelValues(pool).set(d.queued());
        desired.labelValues(pool).set(d.to());
    }

    /// A worker runs from now on, or no more.
    void changed(NodeRole role, boolean runs, long atNanos) {
        int by = runs ? 1 : -1;
        switch (role) {
            case DECODE -> {
                use(by, atNanos);
                decodes += by;
                decodeWorkers.set(decodes);
            }
            case PREFILL -> {
                use(by, atNanos);
                prefills += by;
                prefillWorkers.set(prefills);
            }
            default -> {
                // It takes no GPU.
            }
        }
    }

    private void use(int by, long atNanos) {
        gpuHours.inc(gpusInUse * (atNanos - gpusSinceNanos) / NANOS_PER_HOUR);
        gpusSinceNanos = atNanos;
        gpusInUse += by;
    }

    private static String roleOf(String process) {
        int dash = process.lastIndexOf('-');
        return dash < 0 ? process : process.substring(0, dash);
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
