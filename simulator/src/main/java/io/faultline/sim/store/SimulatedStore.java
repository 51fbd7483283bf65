package io.faultline.sim.store;

import io.faultline.runtime.discovery.StoreAnswer;
import io.faultline.runtime.discovery.StoreRequest;
import io.faultline.runtime.discovery.StoreServer;
import io.faultline.runtime.discovery.StoreState;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.net.ChannelEnd;
import io.faultline.sim.net.ChannelListener;
import io.faultline.sim.net.NetworkPort;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One life of the store's node. What the store holds is on its disk, so it outlives the node: give the next life
/// the same state. Confined to the node's loop.
public final class SimulatedStore implements Node {
    private static final String SERVICE = "store";

    private final StoreState disk;
    private final NodeLoop loop;
    private final EventSink events;
    private final NetworkPort port;
    private @Nullable StoreServer server;
    private Consumer<NodeExit> ended = _ -> {};

    public SimulatedStore(StoreState disk, NodeLoop loop, EventSink events, NetworkPort port) {
        this.disk = disk;
        this.loop = loop;
        this.events = events;
        this.port = port;
    }

    /// Where clients of the store on `node` connect.
    public static Address addressOn(NodeId node) {
        return new Address(node + ":" + SERVICE);
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        StoreServer started = new StoreServer(disk, loop, events);
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
    private static final class Client implements ChannelListener {
        private final StoreServer.Session session;

        Client(ChannelEnd end, StoreServer server) {
            this.session = server.open((StoreAnswer answer) -> end.send(answer));
        }

        @Override
        public void opened() {
            // The accepting end is open from the start.
        }

        @Override
        public void received(Object message) {
            session.receive((StoreRequest) message);
        }

        @Override
        public void closed(CloseReason reason) {
            session.drop();
        }
    }
}
