package io.faultline.sim.service;

import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.session.SessionServer;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.net.ChannelEnd;
import io.faultline.sim.net.ChannelListener;
import io.faultline.sim.net.NetworkPort;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One life of a service's node. What the service holds is on its disk, so it outlives the node: give the server of
/// the next life the same disk. Confined to the node's loop.
///
/// @param <Q> what clients ask
/// @param <A> what they are told
public final class SimulatedService<Q, A> implements Node {
    private static final String SERVICE = "service";

    private final Class<Q> requests;
    private final Supplier<SessionServer<Q, A>> servers;
    private final NetworkPort port;
    private @Nullable SessionServer<Q, A> server;
    private Consumer<NodeExit> ended = _ -> {};

    /// @param requests the type of what clients ask
    /// @param servers makes the server, on the node's loop, when the node starts
    public SimulatedService(Class<Q> requests, Supplier<SessionServer<Q, A>> servers, NetworkPort port) {
        this.requests = requests;
        this.servers = servers;
        this.port = port;
    }

    /// Where clients of the service on `node` connect.
    static Address addressOn(NodeId node) {
        return new Address(node + ":" + SERVICE);
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        SessionServer<Q, A> started = servers.get();
        server = started;
        port.listen(SERVICE, end -> new Client(end, started));
    }

    @Override
    public void stop() {
        if (server != null) {
            server.stop();
            server = null;
        }
        ended.accept(NodeExit.stopped("stopped in order"));
    }

    /// One client's channel, and its session with the server.
    private final class Client implements ChannelListener {
        private final SessionServer.ServerSession<Q> session;

        Client(ChannelEnd end, SessionServer<Q, A> server) {
            this.session = server.open(end::send);
        }

        @Override
        public void opened() {
            // The accepting end is open from the start.
        }

        @Override
        public void received(Object message) {
            session.receive(requests.cast(message));
        }

        @Override
        public void closed(CloseReason reason) {
            session.drop();
        }
    }
}
