package io.faultline.playbook.probe;

import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// The moments of a run that counting can start from or end at. Confined to the run's loop.
public final class Marks {
    /// The moment at which the run began. Every run has it.
    public static final String RUN_START = "run-start";
    /// Before anything was counted.
    public static final String CLUSTER_START = "cluster-start";

    private final SequencedMap<String, Mark> marks = new LinkedHashMap<>();

    /// @param counters as they stood then
    /// @param targets nodes that the step acted on, empty for other marks
    public record Mark(long atNanos, Counters counters, List<NodeId> targets) {}

    /// The counters of a [ServiceSnapshot].
    public record Counters(
            long received,
            long completed,
            long failed,
            long rejected,
            long cancelled,
            long outputTokens,
            long migrationsStarted,
            long migrationsCompleted,
            long migrationsFailed,
            long answersChecked,
            long answersDiffering) {
        static final Counters ZERO = new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        static Counters of(ServiceSnapshot s) {
            return new Counters(
                    s.received(),
                    s.completed(),
                    s.failed(),
                    s.rejected(),
                    s.cancelled(),
                    s.outputTokens(),
                    s.migrationsStarted(),
                    s.migrationsCompleted(),
                    s.migrationsFailed(),
                    s.answersChecked(),
                    s.answersDiffering());
        }
    }

    public Marks() {
        marks.put(CLUSTER_START, new Mark(0, Counters.ZERO, List.of()));
    }

    /// Remembers `now` under `name`, instead of what was there.
    public void set(String name, long nowNanos, ServiceSnapshot now, List<NodeId> targets) {
        marks.put(name, new Mark(nowNanos, Counters.of(now), List.copyOf(targets)));
    }

    public Optional<Mark> mark(String name) {
        return Optional.ofNullable(marks.get(name));
    }
}
