package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Restart;
import java.util.LinkedHashMap;
import java.util.Map;

/// REQ-2: a process that ended is not started again before its wait is over, and waits double with every early end.
/// What waits for a restart, is not wanted any more, and is wanted again later is started as a new one; and an
/// orchestrator knows nothing of the waits of the one before.
public final class RestartsBackOff implements Invariant {
    private static final long MILLION = 1_000_000;

    private final Restart config;
    private final int clockDriftMax;
    private final Map<String, Long> notBeforeNanos = new LinkedHashMap<>();

    /// @param clockDriftMax of nodes' clocks, in parts per million
    public RestartsBackOff(Restart config, int clockDriftMax) {
        this.config = config;
        this.clockDriftMax = clockDriftMax;
    }

    @Override
    public String sentence() {
        return "A process that ended is started again when its wait is over, and waits double with every early end.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case ScalingEvent.RestartScheduled scheduled -> {
                if (scheduled.delayNanos() != delayNanos(scheduled.failures())) {
                    report.broken(
                            event.node(),
                            scheduled.process() + " waits " + scheduled.delayNanos() + " ns after "
                                    + scheduled.failures() + " ends in a row");
                }
                long shortestNanos = scheduled.delayNanos() - scheduled.delayNanos() / MILLION * clockDriftMax;
                notBeforeNanos.put(scheduled.process(), event.atNanos() + shortestNanos);
            }
            case ScalingEvent.ProcessPlaced placed -> {
                Long notBefore = notBeforeNanos.remove(placed.process());
                // The first start is no restart: the process was not wanted for a while, and is wanted again.
                if (notBefore != null && placed.start() > 1 && event.atNanos() < notBefore) {
                    report.broken(
                            event.node(),
                            placed.process() + " was started " + (notBefore - event.atNanos())
                                    + " ns before its wait was over");
                }
            }
            case ScalingEvent.OrchestratorTookOver _ -> notBeforeNanos.clear();
            case ScalingEvent.PlannerDecided decided -> forget(decided.pool(), decided.to());
            default -> {
                // Neither an end nor a start.
            }
        }
    }

    private long delayNanos(int failures) {
        long delayNanos = config.minNanos();
        for (int i = 1; i < failures && delayNanos < config.maxNanos(); i++) {
            delayNanos *= 2;
        }
        return Math.min(config.maxNanos(), delayNanos);
    }

    private void forget(NodeRole role, int wanted) {
        notBeforeNanos
                .keySet()
                .removeIf(process -> process.startsWith(role.nodeId(0).value().replace("-0", "-"))
                        && ReplicasWithinBounds.numberOf(process) >= wanted);
    }
}
