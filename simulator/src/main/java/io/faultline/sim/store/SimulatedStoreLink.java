package io.faultline.sim.store;

import io.faultline.runtime.discovery.StoreAnswer;
import io.faultline.runtime.discovery.StoreClient;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreLink;
import io.faultline.runtime.discovery.StoreRequest;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.net.ChannelEnd;
import io.faultline.sim.net.ChannelListener;
import io.faultline.sim.net.NetworkPort;
import org.jspecify.annotations.Nullable;

/// One node's way to the store over the modelled network. Connects when there is something to say and no channel.
/// A silent store, behind a partition or frozen, breaks nothing: calls run into their time-outs, as over TCP.
/// Confined to the node's loop.
public final class SimulatedStoreLink implements StoreLink {
    private final NetworkPort port;
    private final Address store;
    private final StoreClient client;
    private @Nullable ChannelEnd channel;

    private SimulatedStoreLink(NodeLoop loop, NetworkPort port, Address store, StoreClientConfig config) {
        this.port = port;
        this.store = store;
        this.client = new StoreClient(loop, this, config);
    }

    /// A client of the store for one life of one node.
    public static StoreClient client(NodeLoop loop, NetworkPort port, Address store, StoreClientConfig config) {
        return new SimulatedStoreLink(loop, port, store, config).client;
    }

    @Override
    public void send(StoreRequest request) {
        ChannelEnd open = channel;
        if (open == null) {
            open = port.connect(store, new Answers());
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
            client.received((StoreAnswer) message);
        }

        @Override
        public void closed(CloseReason reason) {
            channel = null;
            client.disconnected("the connection to the store ended: " + reason);
        }
    }
}
