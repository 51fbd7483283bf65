package io.faultline.runtime.host.embedded;

import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.frontend.FrontendPort.Ticket;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.workload.FrontendLink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The synthetic clients' way to the frontends of the same JVM, in turn: each call and each delta is a task on the
/// other side's loop.
final class EmbeddedFrontendLink implements FrontendLink {
    private final HostLoop clientLoop;
    private final List<Reachable> frontends = new CopyOnWriteArrayList<>();
    private int next;

    private record Reachable(HostLoop loop, FrontendPort port) {}

    EmbeddedFrontendLink(HostLoop clientLoop) {
        this.clientLoop = clientLoop;
    }

    /// From any thread.
    void add(HostLoop loop, FrontendPort port) {
        frontends.add(new Reachable(loop, port));
    }

    @Override
    public Ticket submit(InferenceRequest request, ResponseSink sink) {
        frontends.removeIf(f -> f.loop.isDead());
        if (frontends.isEmpty()) {
            RequestError error = new RequestError(ErrorType.CANNOT_CONNECT, "no frontend runs");
            clientLoop.post(() -> sink.ended(new Outcome.Failed(error), ""));
            return _ -> {};
        }
        Reachable frontend = frontends.get(Math.floorMod(next++, frontends.size()));
        Remote remote = new Remote(frontend.loop);
        ResponseSink hop = new ResponseSink() {
            @Override
            public void delta(String text, int token) {
                clientLoop.post(() -> sink.delta(text, token));
            }

            @Override
            public void ended(Outcome outcome, String tail) {
                clientLoop.post(() -> sink.ended(outcome, tail));
            }
        };
        frontend.loop.post(() -> remote.ticket = frontend.port.submit(request, hop));
        return remote;
    }

    /// A request in flight on another loop.
    private static final class Remote implements Ticket {
        private final HostLoop loop;
        /// On the frontend's loop alone.
        private Ticket ticket = _ -> {};

        Remote(HostLoop loop) {
            this.loop = loop;
        }

        @Override
        public void cancel(StopReason reason) {
            loop.post(() -> ticket.cancel(reason));
        }
    }
}
