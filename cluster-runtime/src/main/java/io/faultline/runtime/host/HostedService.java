package io.faultline.runtime.host;

import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.session.SessionClient;
import io.faultline.runtime.session.SessionLink;
import io.faultline.runtime.session.SessionServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A service of the embedded world on a loop of its own, reached by posting.
///
/// Thread-safe: what it holds is confined to the service's loop, and its methods post there.
///
/// @param <Q> what clients ask
/// @param <A> what they are told
/// @param <C> a node's client
public abstract class HostedService<Q, A, C extends SessionClient<A>> implements AutoCloseable {
    private final String name;
    private final NodeLoop serviceLoop;
    private final SessionServer<Q, A> server;
    private final BiFunction<NodeLoop, SessionLink<Q>, C> clients;
    private final List<Wire> wires = new ArrayList<>();
    private boolean closed;

    /// @param name for people: "the store"
    /// @param serviceLoop the service's own loop; nothing of the service ran on it before
    /// @param clients makes the client of a node, from the node's loop and its way to the service
    protected HostedService(
            String name,
            NodeLoop serviceLoop,
            SessionServer<Q, A> server,
            BiFunction<NodeLoop, SessionLink<Q>, C> clients) {
        this.name = name;
        this.serviceLoop = serviceLoop;
        this.server = server;
        this.clients = clients;
    }

    /// Connects the node that lives on `nodeLoop`.
    public final Connection<C> connect(NodeLoop nodeLoop) {
        Wire wire = new Wire(nodeLoop);
        serviceLoop.post(wire::open);
        return wire;
    }

    /// Ends the service. Its clients' calls become unavailable.
    @Override
    public final void close() {
        serviceLoop.post(() -> {
            closed = true;
            server.stop();
            List.copyOf(wires).forEach(Wire::breakOff);
        });
    }

    /// The connection of one node. Closed when the node is killed or has stopped, which ends its session.
    public interface Connection<C> extends AutoCloseable {
        /// For the node's loop only.
        C client();

        @Override
        void close();
    }

    private final class Wire implements Connection<C> {
        private final NodeLoop nodeLoop;
        private final C client;
        private SessionServer.@Nullable ServerSession<Q> serverSide;

        Wire(NodeLoop nodeLoop) {
            this.nodeLoop = nodeLoop;
            this.client = clients.apply(nodeLoop, this::send);
        }

        @Override
        public C client() {
            return client;
        }

        @Override
        public void close() {
            serviceLoop.post(this::drop);
        }

        private void open() {
            if (!closed) {
                wires.add(this);
                serverSide = server.open(answer -> nodeLoop.post(() -> client.received(answer)));
            }
        }

        private void send(Q request) {
            serviceLoop.post(() -> {
                if (serverSide != null) {
                    serverSide.receive(request);
                } else {
                    breakOff();
                }
            });
        }

        private void drop() {
            if (serverSide != null) {
                serverSide.drop();
                serverSide = null;
            }
            wires.remove(this);
        }

        private void breakOff() {
            drop();
            nodeLoop.post(() -> client.disconnected("the connection to " + name + " is closed"));
        }
    }
}
