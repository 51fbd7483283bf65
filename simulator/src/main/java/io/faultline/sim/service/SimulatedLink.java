package io.faultline.sim.service;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.session.SessionClient;
import io.faultline.runtime.session.SessionLink;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.net.ChannelEnd;
import io.faultline.sim.net.ChannelListener;
import io.faultline.sim.net.NetworkPort;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One node's way to a service over the modelled network. Connects when there is something to say and no channel. A
/// silent service, behind a partition or frozen, breaks nothing: calls run into their time-outs, as over TCP.
/// Confined to the node's loop.
///
/// @param <Q> what is asked
/// @param <A> what is told
/// @param <C> the node's client
public final class SimulatedLink<Q, A, C extends SessionClient<A>> implements SessionLink<Q> {
    private final NetworkPort port;
    private final NodeId service;
    private final Class<A> answers;
    private final C client;
    private @Nullable ChannelEnd channel;

    private SimulatedLink(NetworkPort port, NodeId service, Class<A> answers, Function<SessionLink<Q>, C> clients) {
        this.port = port;
        this.service = service;
        this.answers = answers;
        this.client = clients.apply(this);
    }

    /// A client of the service for one life of one node.
    /// @param service the service's node
    /// @param answers the type of what it tells
    /// @param clients makes the client, from its way to the service
    public static <Q, A, C extends SessionClient<A>> C client(
            NetworkPort port, NodeId service, Class<A> answers, Function<SessionLink<Q>, C> clients) {
        return new SimulatedLink<>(port, service, answers, clients).client;
    }

    @Override
    public void send(Q request) {
        ChannelEnd open = channel;
        if (open == null) {
            open = port.connect(SimulatedService.addressOn(service), new Answers());
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
            client.received(answers.cast(message));
        }

        @Override
        public void closed(CloseReason reason) {
            channel = null;
            client.disconnected("the connection to the " + service + " ended: " + reason);
        }
    }
}
