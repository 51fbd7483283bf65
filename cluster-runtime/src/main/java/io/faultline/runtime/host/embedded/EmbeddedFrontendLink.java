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
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.transport.StreamTable;
import io.faultline.runtime.workload.FrontendLink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Connects the synthetic clients to the frontends of the same JVM, in turn: each call and each delta is a task on the
/// other side's loop. When a frontend ends, so do the requests that it held, as on a broken connection.
final class EmbeddedFrontendLink implements FrontendLink {
    private final HostLoop clientLoop;
    private final List<Reachable> frontends = new CopyOnWriteArrayList<>();
    private int next;
    private long lastStream;

    EmbeddedFrontendLink(HostLoop clientLoop) {
        this.clientLoop = clientLoop;
    }

    /// From any thread.
    void add(NodeId id, HostLoop loop, FrontendPort port) {
        frontends.add(new Reachable(id, loop, port));
    }

    /// The frontend's process ended. From any thread.
    void ended(NodeId id) {
        List<Reachable> ended = frontends.stream().filter(f -> f.id.equals(id)).toList();
        frontends.removeAll(ended);
        ended.forEach(frontend -> clientLoop.post(frontend::breakOff));
    }

    @Override
    public Ticket submit(InferenceRequest request, ResponseSink sink) {
        List<Reachable> reachable = List.copyOf(frontends);
        if (reachable.isEmpty()) {
            RequestError error = new RequestError(ErrorType.CANNOT_CONNECT, "no frontend runs");
            clientLoop.post(() -> sink.ended(new Outcome.Failed(error), ""));
            return _ -> {};
        }
        return reachable.get(Math.floorMod(next++, reachable.size())).submit(request, sink);
    }

    /// One life of a frontend. Its requests belong to the clients' loop.
    private final class Reachable {
        private final NodeId id;
        private final HostLoop loop;
        private final FrontendPort port;
        private final StreamTable<ResponseSink> open = new StreamTable<>();
        private boolean broken;

        Reachable(NodeId id, HostLoop loop, FrontendPort port) {
            this.id = id;
            this.loop = loop;
            this.port = port;
        }

        Ticket submit(InferenceRequest request, ResponseSink sink) {
            long stream = ++lastStream;
            open.put(stream, sink);
            if (broken) {
                clientLoop.post(this::breakOff);
            }
            Remote remote = new Remote(loop);
            ResponseSink hop = new ResponseSink() {
                @Override
                public void delta(String text, int token) {
                    clientLoop.post(() -> {
                        ResponseSink client = open.get(stream);
                        if (client != null) {
                            client.delta(text, token);
                        }
                    });
                }

                @Override
                public void ended(Outcome outcome, String tail) {
                    clientLoop.post(() -> end(stream, outcome, tail));
                }
            };
            loop.post(() -> remote.ticket = port.submit(request, hop));
            return remote;
        }

        private void end(long stream, Outcome outcome, String tail) {
            ResponseSink client = open.remove(stream);
            if (client != null) {
                client.ended(outcome, tail);
            }
        }

        private void breakOff() {
            broken = true;
            List<ResponseSink> lost = open.inOrder();
            open.clear();
            Outcome outcome = new Outcome.Failed(new RequestError(ErrorType.DISCONNECTED, id + " is gone"));
            lost.forEach(client -> client.ended(outcome, ""));
        }
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
