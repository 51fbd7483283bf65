package io.faultline.sim.queue;

import io.faultline.runtime.queue.QueueAnswer;
import io.faultline.runtime.queue.QueueClient;
import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueLink;
import io.faultline.runtime.queue.QueueRequest;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.net.ChannelEnd;
import io.faultline.sim.net.ChannelListener;
import io.faultline.sim.net.NetworkPort;
import org.jspecify.annotations.Nullable;

/// One node's way to the queue over the modelled network. Connects when there is something to say and no channel.
/// A silent queue, behind a partition or frozen, breaks nothing: calls run into their time-outs, as over TCP.
/// Confined to the node's loop.
public final class SimulatedQueueLink implements QueueLink {
    private final NetworkPort port;
    private final Address queue;
    private final QueueClient client;
    private @Nullable ChannelEnd channel;

    private SimulatedQueueLink(NodeLoop loop, NetworkPort port, Address queue, QueueClientConfig config) {
        this.port = port;
        this.queue = queue;
        this.client = new QueueClient(loop, this, config);
    }

    /// A client of the queue for one life of one node.
    public static QueueClient client(NodeLoop loop, NetworkPort port, Address queue, QueueClientConfig config) {
        return new SimulatedQueueLink(loop, port, queue, config).client;
    }

    @Override
    public void send(QueueRequest request) {
        ChannelEnd open = channel;
        if (open == null) {
            open = port.connect(queue, new Answers());
            channel = open;
        }
        open.send(request);
    }

    private final class Answers implements ChannelListener {
        @Override
        public void opened() {
            // Requests have been waiting in the channel.
        }

        @Override
        public void received(Object message) {
            client.received((QueueAnswer) message);
        }

        @Override
        public void closed(CloseReason reason) {
            channel = null;
            client.disconnected("the connection to the queue ended: " + reason);
        }
    }
}
