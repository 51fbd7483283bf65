package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.invariant.Invariant.AnswerWatch;
import io.faultline.sim.invariant.Invariant.Report;
import io.faultline.sim.invariant.Invariant.RestingCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// All invariants of one run. Keeps the first [#EACH_MAX] violations of each; a run usually ends at the first.
/// Confined to the simulation's thread.
public final class InvariantSuite implements Fold {
    private static final int EACH_MAX = 3;

    private final List<Watched> all;
    private final Watched[] each;
    private final List<Violation> violations = new ArrayList<>();
    private final LongSupplier now;
    private long lastEvent = -1;

    /// @param now virtual time
    public InvariantSuite(List<Invariant> invariants, LongSupplier now) {
        this.all = invariants.stream().map(Watched::new).toList();
        this.each = all.toArray(Watched[]::new);
        this.now = now;
    }

    /// What is watched.
    public List<Invariant> invariants() {
        return all.stream().map(watched -> watched.invariant).toList();
    }

    public List<Violation> violations() {
        return List.copyOf(violations);
    }

    public boolean holds() {
        return violations.isEmpty();
    }

    @Override
    public void apply(ClusterEvent event) {
        lastEvent = event.sequence();
        for (Watched watched : each) {
            watched.invariant.apply(event, watched);
        }
    }

    /// A client sent a request; tell the watch what the frontend answers.
    public AnswerWatch watch(NodeId frontend, InferenceRequest request) {
        List<AnswerWatch> watches = new ArrayList<>(3);
        for (Watched watched : all) {
            watched.invariant.watch(frontend, request, watched).ifPresent(watches::add);
        }
        return new Watches(watches.toArray(AnswerWatch[]::new));
    }

    public void atRest(RestingCluster cluster) {
        all.forEach(watched -> watched.invariant.atRest(cluster, watched));
    }

    /// Where somebody who drives an invariant himself reports for it.
    public Report reportFor(Invariant invariant) {
        return all.stream()
                .filter(watched -> watched.invariant.name().equals(invariant.name()))
                .findFirst()
                .orElseThrow(() -> Invariants.broken("%s is not one of this run's", invariant.name()));
    }

    /// Every invariant's eyes on one answer.
    private record Watches(AnswerWatch[] each) implements AnswerWatch {
        @Override
        public void delta(int token, String text) {
            for (AnswerWatch watch : each) {
                watch.delta(token, text);
            }
        }

        @Override
        public void ended(Outcome outcome, String tail) {
            for (AnswerWatch watch : each) {
                watch.ended(outcome, tail);
            }
        }
    }

    /// An invariant and where it reports.
    private final class Watched implements Report {
        private final Invariant invariant;
        private int broken;

        Watched(Invariant invariant) {
            this.invariant = invariant;
        }

        @Override
        public void broken(NodeId node, String words) {
            if (broken++ < EACH_MAX) {
                violations.add(
                        new Violation(invariant.name(), invariant.sentence(), words, now.getAsLong(), lastEvent, node));
            }
        }
    }
}
