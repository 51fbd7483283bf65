package io.faultline.sim.net;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.time.Turn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One end of a channel. What it sends arrives at the other end in order; what is on its way when its node is
/// killed may be lost from some message on. Confined to the owning node's loop, except for what the network does
/// to it.
public final class ChannelEnd {
    private final NetworkPort port;
    private final Link outgoing;
    private final List<Object> unsent = new ArrayList<>();
    private @Nullable ChannelListener listener;
    private @Nullable ChannelEnd peer;
    private NodeLoop.@Nullable Timer connectTimer;
    private long lastArrivalNanos;
    private int underWay;
    private boolean open;
    private boolean closed;

    ChannelEnd(NetworkPort port, Link outgoing) {
        this.port = port;
        this.outgoing = outgoing;
    }

    /// Sends a message; one sent before the channel is open waits for that, one sent after the end is dropped.
    public void send(Object message) {
        if (closed) {
            return;
        }
        if (!open) {
            unsent.add(message);
            return;
        }
        underWay++;
        if (outgoing.isCut()) {
            outgoing.depart(() -> transmit(message));
        } else {
            transmit(message);
        }
    }

    /// Closes the channel. The other end still gets what was sent before, then hears that its peer closed.
    public void close() {
        if (!closed) {
            shut();
            tellPeer();
        }
    }

    /// True when more messages than [NetworkConfig#congestedMessages] are under way to the other end.
    public boolean isCongested() {
        return underWay + unsent.size() > port.network().config().congestedMessages();
    }

    boolean isClosed() {
        return closed;
    }

    void listenWith(ChannelListener with) {
        listener = with;
    }

    void awaitAnswer(NodeLoop.Timer timer) {
        connectTimer = timer;
    }

    /// The other side's operating system took the channel: this end is the other side's.
    void accept(ChannelEnd client) {
        peer = client;
        open = true;
        outgoing.depart(() -> client.open(this, nextArrivalNanos()));
    }

    /// The owner's process is gone. Its last messages race with the reset that its operating system sends.
    void reset() {
        if (closed) {
            return;
        }
        shut();
        ChannelEnd other = peer;
        if (other != null) {
            outgoing.depart(() -> other.hearClosing(port.network().nowNanos() + outgoing.travelNanos()));
        }
    }

    /// The network ends the channel.
    void fail(CloseReason reason) {
        if (closed) {
            return;
        }
        shut();
        tellPeer();
        ChannelListener hears = listener;
        if (hears != null) {
            port.loop().post(() -> hears.closed(reason));
        }
    }

    private void open(ChannelEnd server, long atNanos) {
        if (closed) {
            server.tellClosedBy(this);
            return;
        }
        peer = server;
        cancelConnectTimer();
        port.loop().at(atNanos, new Opening(this));
    }

    /// The connecting end gave up before it knew its peer.
    private void tellClosedBy(ChannelEnd client) {
        client.outgoing.depart(() -> hearClosing(client.nextArrivalNanos()));
    }

    private void tellPeer() {
        ChannelEnd other = peer;
        if (other != null) {
            outgoing.depart(() -> other.hearClosing(nextArrivalNanos()));
        }
    }

    private void hearClosing(long atNanos) {
        port.loop().at(atNanos, new Closing(this));
    }

    private void shut() {
        closed = true;
        unsent.clear();
        cancelConnectTimer();
        port.forget(this);
    }

    private void cancelConnectTimer() {
        if (connectTimer != null) {
            connectTimer.cancel();
            connectTimer = null;
        }
    }

    private void transmit(Object message) {
        ChannelEnd other = peer;
        if (other == null || other.closed) {
            underWay--;
        } else {
            other.port.loop().at(nextArrivalNanos(), new Arrival(other, this, message));
        }
    }

    /// Draws when the next message arrives: never before the one sent before it.
    private long nextArrivalNanos() {
        lastArrivalNanos = Math.max(lastArrivalNanos, port.network().nowNanos() + outgoing.travelNanos());
        return lastArrivalNanos;
    }

    private ChannelListener listener() {
        ChannelListener hears = listener;
        if (hears == null) {
            throw Invariants.broken("nobody listens at an end of %s", port.node());
        }
        return hears;
    }

    /// The answer to a connection attempt reaches this end's node.
    private static final class Opening extends Turn {
        private final ChannelEnd at;

        Opening(ChannelEnd at) {
            super(at.port.loop());
            this.at = at;
        }

        @Override
        protected void run() {
            if (at.closed) {
                return;
            }
            at.open = true;
            at.listener().opened();
            List<Object> early = List.copyOf(at.unsent);
            at.unsent.clear();
            early.forEach(at::send);
        }
    }

    /// A message reaches this end's node.
    private static final class Arrival extends Turn {
        private final ChannelEnd at;
        private final ChannelEnd from;
        private final Object message;

        Arrival(ChannelEnd at, ChannelEnd from, Object message) {
            super(at.port.loop());
            this.at = at;
            this.from = from;
            this.message = message;
        }

        @Override
        protected void run() {
            from.underWay--;
            if (!at.closed) {
                at.listener().received(message);
            }
        }
    }

    /// The news that the other end is closed reaches this end's node.
    private static final class Closing extends Turn {
        private final ChannelEnd at;

        Closing(ChannelEnd at) {
            super(at.port.loop());
            this.at = at;
        }

        @Override
        protected void run() {
            if (!at.closed) {
                at.shut();
                at.listener().closed(CloseReason.PEER_CLOSED);
            }
        }
    }
}
