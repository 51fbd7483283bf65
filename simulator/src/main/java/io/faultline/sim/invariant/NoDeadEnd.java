package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.seam.NodeId;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// An unfinished request must own something that will happen: a timer of its frontend's, a message under way, or a
/// sequence in an engine that works. All of these but the last take a bounded time; so a request of which nothing
/// is heard for that long, while no working engine holds a sequence of it, is at a dead end.
///
/// The bound leaves out the request's own deadline, which hides dead ends from clients, not from operators.
public final class NoDeadEnd implements Invariant {
    private final long patienceNanos;
    private final NothingRunsOn engines;
    private final ToLongFunction<NodeId> awakeSinceNanos;
    private final LongUnaryOperator allowanceNanos;
    private final OpenRequests<Heard> open = new OpenRequests<>(Heard::new);
    private long nowNanos;

    /// Where a request is, as far as one can hear.
    private static final class Heard {
        private final NodeId frontend;
        private long atNanos;
        private long instance;

        Heard(ClusterEvent received) {
            this.frontend = received.node();
            this.atNanos = received.atNanos();
        }
    }

    /// @param patienceNanos longest time for which nothing is heard of a request that does own something
    /// @param engines knows what engines work on
    /// @param awakeSinceNanos since when a node runs and is reached; `Long.MAX_VALUE` while it does not
    /// @param allowanceNanos by instance: how much longer it takes to find out about its engine; 0 for a sound one
    public NoDeadEnd(
            long patienceNanos,
            NothingRunsOn engines,
            ToLongFunction<NodeId> awakeSinceNanos,
            LongUnaryOperator allowanceNanos) {
        this.patienceNanos = patienceNanos;
        this.engines = engines;
        this.awakeSinceNanos = awakeSinceNanos;
        this.allowanceNanos = allowanceNanos;
    }

    @Override
    public String sentence() {
        return "Every unfinished request owns something that will happen.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        nowNanos = event.atNanos();
        open.apply(event);
        switch (event.record()) {
            case RequestEvent.RequestRouted routed -> {
                Heard heard = hear(routed.request());
                if (heard != null) {
                    heard.instance = routed.instance();
                }
            }
            case RequestEvent.FirstToken token -> hear(token.request());
            case RequestEvent.TokensDelivered tokens -> hear(tokens.request());
            case MigrationEvent.MigrationStarted migration -> hear(migration.request());
            case MigrationEvent.MigrationCompleted migration -> hear(migration.request());
            case EngineEvent.SequencePreempted preempted -> hear(preempted.request());
            case PrefillEvent.PrefillQueued queued -> hear(queued.request());
            case PrefillEvent.PrefillFellBack fellBack -> hear(fellBack.request());
            case PrefillEvent.KvHandedOver handedOver -> hear(handedOver.request());
            // It owned its place in the engine until now, and word of that is under way.
            case EngineEvent.SequenceEnded ended -> hear(ended.request());
            default -> {
                // Says nothing about a request under way.
            }
        }
    }

    private @Nullable Heard hear(String request) {
        Heard heard = open.get(request);
        if (heard != null) {
            heard.atNanos = nowNanos;
        }
        return heard;
    }

    /// Called every now and then.
    public void look(long atNanos, Report report) {
        nowNanos = atNanos;
        for (String id : open.ids()) {
            Heard heard = open.get(id);
            if (heard == null) {
                continue;
            }
            long since = atNanos - patienceNanos - allowanceNanos.applyAsLong(heard.instance);
            if (Math.max(heard.atNanos, awakeSinceNanos.applyAsLong(heard.frontend)) < since
                    && !engines.isWorkedOn(id, since)) {
                report.broken(
                        heard.frontend,
                        "nothing was heard of request " + id + " for " + (atNanos - heard.atNanos)
                                + " ns, and no engine works on it; it was last routed to instance " + heard.instance);
            }
        }
    }
}
