package io.faultline.sim.cluster;

import io.faultline.runtime.frontend.FrontendPort.Ticket;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.workload.FrontendLink;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// Clients that sometimes do not wait for the end of their answers: a drawn share of the requests is cancelled,
/// half of them after a drawn number of tokens, half after a drawn time, so that cancellations meet requests that
/// wait, that are computed, that migrate and that just ended (CAN-3). A share of all that wait can be made to
/// leave at once. Confined to the clients' loop.
final class ImpatientLink implements FrontendLink {
    /// Longest patience of those who count time rather than tokens.
    private static final long PATIENCE_MAX_NANOS = 2_000_000_000L;

    private final FrontendLink link;
    private final NodeLoop loop;
    private final RandomSource random;
    private final double share;
    private final SequencedSet<Waiting> waiting = new LinkedHashSet<>();
    private boolean calm;

    /// @param share of the requests that are cancelled, 0 to 1
    ImpatientLink(FrontendLink link, NodeLoop loop, RandomSource random, double share) {
        this.link = link;
        this.loop = loop;
        this.random = random;
        this.share = share;
    }

    /// So many of those that wait leave at once.
    void leave(double leavingShare) {
        loop.post(() -> {
            for (Waiting each : List.copyOf(waiting)) {
                if (random.nextBoolean(leavingShare)) {
                    each.leave();
                }
            }
        });
    }

    /// From now on everybody waits.
    void calm() {
        calm = true;
    }

    @Override
    public Ticket submit(InferenceRequest request, ResponseSink sink) {
        boolean isImpatient = !calm && random.nextBoolean(share);
        boolean countsTokens = isImpatient && random.nextBoolean(0.5);
        int tokens = countsTokens ? random.nextInt(request.stop().maxTokens()) + 1 : Integer.MAX_VALUE;
        Waiting client = new Waiting(sink, tokens);
        waiting.add(client);
        client.ticket = link.submit(request, client);
        if (isImpatient && !countsTokens) {
            loop.after(random.nextLong(0, PATIENCE_MAX_NANOS), client::leave);
        }
        return client.ticket;
    }

    /// A client that waits, and may leave.
    private final class Waiting implements ResponseSink {
        private final ResponseSink sink;
        private int tokensLeft;
        private Ticket ticket = _ -> {};

        Waiting(ResponseSink sink, int tokensLeft) {
            this.sink = sink;
            this.tokensLeft = tokensLeft;
        }

        void leave() {
            ticket.cancel(StopReason.CLIENT_GONE);
        }

        @Override
        public void delta(String text, int token) {
            sink.delta(text, token);
            if (--tokensLeft == 0) {
                leave();
            }
        }

        @Override
        public void ended(Outcome outcome, String tail) {
            waiting.remove(this);
            sink.ended(outcome, tail);
        }
    }
}
