package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.NodeId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Watches both sides: the end that is written into the history, and the end that the client is told. A request
/// whose frontend died has no end in the history; its client is told by the broken connection.
///
/// Remembers the last [#ENDED_MAX] ends in order to notice second ones.
public final class EveryRequestEndsExactlyOnce implements Invariant {
    private static final int ENDED_MAX = 100_000;

    private final Map<String, NodeId> open = new LinkedHashMap<>();
    private final Map<String, String> ended = new LinkedHashMap<>();

    @Override
    public String sentence() {
        return "Every request that a frontend received ends exactly once: completed, failed, cancelled or rejected.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (event.record() instanceof RequestReceived received) {
            String id = received.request();
            if (open.putIfAbsent(id, event.node()) != null || ended.containsKey(id)) {
                report.broken(event.node(), "request " + id + " was received a second time");
            }
        } else if (event.record() instanceof NodeStopped) {
            open.values().removeIf(event.node()::equals);
        } else {
            String id = OpenRequests.endedBy(event.record());
            if (id != null) {
                end(event, id, report);
            }
        }
    }

    private void end(ClusterEvent event, String id, Report report) {
        String how = event.record().getClass().getSimpleName();
        @Nullable String before = ended.get(id);
        if (before != null) {
            report.broken(event.node(), "request " + id + " ended as " + how + " after it had ended as " + before);
        } else if (open.remove(id) == null) {
            report.broken(event.node(), "request " + id + " ended as " + how + " without having been received");
        }
        ended.put(id, how);
        if (ended.size() > ENDED_MAX) {
            Iterator<String> oldest = ended.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    @Override
    public Optional<AnswerWatch> watch(NodeId frontend, InferenceRequest request, Report report) {
        return Optional.of(new AnswerWatch() {
            private @Nullable Outcome outcome;

            @Override
            public void delta(int token, String text) {
                if (outcome != null) {
                    report.broken(frontend, "request " + request.id() + " got a token after its end");
                }
            }

            @Override
            public void ended(Outcome how, String tail) {
                if (outcome != null) {
                    report.broken(
                            frontend,
                            "the client of request " + request.id() + " was told " + how + " after " + outcome);
                }
                outcome = how;
            }
        });
    }

    @Override
    public void atRest(RestingCluster cluster, Report report) {
        open.forEach((id, frontend) -> report.broken(frontend, "request " + id + " never ended"));
    }
}
