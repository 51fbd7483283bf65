package io.faultline.sim.trace;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.history.Fold;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The first event in which two runs differ that ought to be the same: where a determinism leak shows first. One
/// of the two is null when its run ended before. Immutable.
public record Divergence(
        int eventNumber,
        @Nullable ClusterEvent one,
        @Nullable ClusterEvent other) {

    /// Runs both once for their trails and, when these differ, once more to catch the event itself.
    ///
    /// @param one runs a simulation and shows its events to the fold that it is given
    /// @param other the same for the run to compare with
    public static Optional<Divergence> between(Consumer<Fold> one, Consumer<Fold> other) {
        int number = trail(one).firstDifference(trail(other));
        return number < 0
                ? Optional.empty()
                : Optional.of(new Divergence(number, eventAt(number, one), eventAt(number, other)));
    }

    /// Compares two recordings.
    public static Optional<Divergence> between(List<ClusterEvent> one, List<ClusterEvent> other) {
        return between((Fold fold) -> one.forEach(fold::apply), fold -> other.forEach(fold::apply));
    }

    /// Event number, time and node of the difference, and both sides of it.
    public String describe() {
        ClusterEvent first = one != null ? one : other;
        String where = first == null
                ? "event " + eventNumber + ", which did not come again when the runs were repeated"
                : "event " + eventNumber + " at " + EventLine.seconds(first.atNanos()) + " on " + first.node();
        return "the runs differ first in " + where + ":\n  one:   " + line(one) + "\n  other: " + line(other);
    }

    private static String line(@Nullable ClusterEvent event) {
        return event == null ? "(ended)" : EventLine.of(event);
    }

    private static DigestTrail trail(Consumer<Fold> run) {
        DigestTrail trail = new DigestTrail();
        run.accept(trail);
        return trail;
    }

    private static @Nullable ClusterEvent eventAt(int number, Consumer<Fold> run) {
        Single caught = new Single(number);
        run.accept(caught);
        return caught.event;
    }

    /// Keeps one event of a run.
    private static final class Single implements Fold {
        private final int number;
        private @Nullable ClusterEvent event;

        Single(int number) {
            this.number = number;
        }

        @Override
        public void apply(ClusterEvent seen) {
            if (seen.sequence() == number) {
                event = seen;
            }
        }
    }
}
