package io.faultline.sim.queue;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.queue.QueueAnswer;
import io.faultline.runtime.queue.QueueDisk;
import io.faultline.runtime.queue.QueueRequest;
import io.faultline.runtime.queue.QueueServer;
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

/// One life of the queue's node. What the queue holds is on its disk, so it outlives the node: give the next life
/// the same disk. Confined to the node's loop.
public final class SimulatedQueue implements Node {
    private static final String SERVICE = "queue";

    private final QueueDisk disk;
    private final NodeLoop loop;
    private final EventSink events;
    private final NetworkPort port;
    private @Nullable QueueServer server;
    private Consumer<NodeExit> ended = _ -> {};

    public SimulatedQueue(QueueDisk disk, NodeLoop loop, EventSink events, NetworkPort port) {
        this.disk = disk;
        this.loop = loop;
        this.events = events;
        this.port = port;
    }

    /// Where clients of the queue on `node` connect.
    public static Address addressOn(NodeId node) {
        return new Address(node + ":" + SERVICE);
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        QueueServer started = new QueueServer(disk, loop, events);
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
        private final QueueServer.Session session;

        Client(ChannelEnd end, QueueServer server) {
            this.session = server.open((QueueAnswer answer) -> end.send(answer));
        }

        @Override
        public void opened() {
            // The accepting end is open from the start.
        }

        @Override
        public void received(Object message) {
            session.receive((QueueRequest) message);
        }

        @Override
        public void closed(CloseReason reason) {
            session.drop();
        }
    }
}
