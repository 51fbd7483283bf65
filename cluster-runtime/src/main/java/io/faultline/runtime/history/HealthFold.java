package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.HealthSnapshot.HealthSpan;
import io.faultline.runtime.history.HealthSnapshot.WorkerHealthView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How health came about: every change of it with its evidence, and what canaries found. What a node's health is, is
/// [TopologyFold]'s to say; this fold keeps what it said. The newest `transitionsMax` changes of the cluster and as
/// many
/// spans of each worker are kept. Confined to the loop that feeds it.
final class HealthFold implements Fold {
    private final int transitionsMax;
    private final Deque<HealthTransition> transitions = new ArrayDeque<>();
    private final Map<String, Worker> workers = new LinkedHashMap<>();

    HealthFold(int transitionsMax) {
        this.transitionsMax = transitionsMax;
    }

    /// Called by the fold that decides, in the order of events.
    void became(HealthTransition transition, NodeRole role) {
        transitions.addFirst(transition);
        if (transitions.size() > transitionsMax) {
            transitions.removeLast();
        }
        if (role == NodeRole.DECODE || role == NodeRole.PREFILL) {
            workers.computeIfAbsent(transition.node(), Worker::new).became(transition, transitionsMax);
        }
    }

    @Override
    public void apply(ClusterEvent event) {
        if (event.record() instanceof HealthEvent.CanaryEnded canary) {
            workers.computeIfAbsent(event.node().value(), Worker::new).ended(canary, event.atNanos());
        }
    }

    HealthSnapshot snapshot() {
        return new HealthSnapshot(workers.values().stream().map(Worker::view).toList(), List.copyOf(transitions));
    }

    private static final class Worker {
        private final String name;
        private final List<HealthSpan> spans = new ArrayList<>();
        private long canaries;
        private long failed;
        private long lastAtNanos = -1;
        private long lastNanos;
        private String lastDetail = "";

        Worker(String name) {
            this.name = name;
        }

        void became(HealthTransition t, int spansMax) {
            if (!spans.isEmpty()) {
                HealthSpan open = spans.removeLast();
                // The same health on new evidence goes on as one span.
                if (open.health() == t.to()) {
                    spans.add(new HealthSpan(open.health(), open.fromNanos(), -1, t.evidence()));
                    return;
                }
                spans.add(new HealthSpan(open.health(), open.fromNanos(), t.atNanos(), open.evidence()));
            }
            spans.add(new HealthSpan(t.to(), t.atNanos(), -1, t.evidence()));
            if (spans.size() > spansMax) {
                spans.removeFirst();
            }
        }

        void ended(HealthEvent.CanaryEnded canary, long atNanos) {
            canaries++;
            failed += canary.passed() ? 0 : 1;
            lastAtNanos = atNanos;
            lastNanos = canary.nanos();
            lastDetail = canary.detail();
        }

        WorkerHealthView view() {
            return new WorkerHealthView(name, canaries, failed, lastAtNanos, lastNanos, lastDetail, List.copyOf(spans));
        }
    }
}
