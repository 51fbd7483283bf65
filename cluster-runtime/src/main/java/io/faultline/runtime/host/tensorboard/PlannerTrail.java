package io.faultline.runtime.host.tensorboard;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.event.ScalingEvent.PlannerDecided;
import io.faultline.runtime.history.Fold;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The planner's audit trail as an event file: each verdict on a pool is a step, with all that it was reached from;
/// what
/// it changed, and why, is text beside it. A file that cannot be written is given up with a word in the log: the
/// cluster
/// goes on. Confined to the loop on which events come.
public final class PlannerTrail implements Fold, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlannerTrail.class);

    private final SummaryFile file;
    private final Map<String, Long> steps = new LinkedHashMap<>();
    private boolean isBroken;

    public PlannerTrail(SummaryFile file) {
        this.file = file;
    }

    @Override
    public void apply(ClusterEvent event) {
        if (event.record() instanceof PlannerDecided decided && !isBroken) {
            try {
                write(decided);
            } catch (IOException e) {
                isBroken = true;
                LOG.warn("the planner's decisions are no longer written for TensorBoard: {}", e.getMessage());
            }
        }
    }

    private void write(PlannerDecided decided) throws IOException {
        String pool = "planner/" + decided.pool().name().toLowerCase(Locale.ROOT) + '/';
        long step = steps.merge(pool, 1L, Long::sum);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(pool + "decision", (double) decided.decision());
        values.put(pool + "workers_before", (double) decided.from());
        values.put(pool + "workers_wanted", (double) decided.to());
        values.put(pool + "workers_ready", (double) decided.ready());
        values.put(pool + "workers_reporting", (double) decided.reporting());
        values.put(pool + "kv_use", decided.kvUse());
        values.put(pool + "queued", decided.queued());
        values.put(pool + "queue_trend", decided.queueTrend());
        values.put(pool + "bad_intervals", (double) decided.badIntervals());
        values.put(pool + "hold_off_intervals", (double) decided.holdOffIntervals());
        file.scalars(step, values);
        if (decided.kind() != DecisionKind.HOLD) {
            file.text(
                    step,
                    pool + "decisions",
                    decided.kind() + " " + decided.from() + " to " + decided.to() + ": " + decided.why());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
