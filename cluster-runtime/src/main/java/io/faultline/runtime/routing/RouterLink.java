package io.faultline.runtime.routing;

import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.RenewedConnection;
import io.faultline.runtime.transport.Transport;

/// A frontend's connection to one router, for as long as discovery lists it.
///
/// | from | event | to |
/// |---|---|---|
/// | connecting | opened | probing |
/// | probing | pong, ready | usable |
/// | probing | pong, not ready | (wait) probing |
/// | usable | suspected | probing |
/// | connecting, probing, usable | closed, no pong in [RoutingConfig#probeNanos] | (wait) connecting |
/// | any | close | closed |
///
/// Confined to the loop.
final class RouterLink {
    private final NodeLoop loop;
    private final RoutingConfig config;
    private final Address address;
    private final Listener listener;
    private final RenewedConnection connection;
    private Stage stage = Stage.CONNECTING;
    private NodeLoop.Timer timer = () -> {};
    private long pings;

    private enum Stage {
        CONNECTING,
        PROBING,
        USABLE,
        CLOSED
    }

    interface Listener {
        /// There is a connection; the router is not known to answer yet.
        void connected(RouterLink link);

        void usable();

        void unusable(String why);

        void answered(Frame.RouteAnswer answer);

        void knowsNobody(long sequence);
    }

    RouterLink(NodeLoop loop, Transport transport, RoutingConfig config, Address address, Listener listener) {
        this.loop = loop;
        this.config = config;
        this.address = address;
        this.listener = listener;
        this.connection = new RenewedConnection(
                loop, transport, address, config.retryMinNanos(), config.retryMaxNanos(), new Ear());
    }

    void connect() {
        connection.connect();
    }

    boolean isUsable() {
        return stage == Stage.USABLE;
    }

    /// Dropped while there is no connection: who connects is told everything.
    void send(Frame frame) {
        if (stage == Stage.PROBING || stage == Stage.USABLE) {
            connection.send(frame);
        }
    }

    /// It did not answer in time.
    void suspect(String why) {
        if (stage == Stage.USABLE) {
            probe();
            listener.unusable("the router at " + address + " gave " + why);
        }
    }

    void close() {
        stage = Stage.CLOSED;
        timer.cancel();
        connection.close();
    }

    private final class Ear implements ConnectionListener {
        @Override
        public void opened() {
            stage = Stage.PROBING;
            listener.connected(RouterLink.this);
            probe();
        }

        @Override
        public void received(Frame frame) {
            switch (frame) {
                case Frame.Pong(long number, boolean ready) -> ponged(number, ready);
                case Frame.RouteAnswer answer -> listener.answered(answer);
                case Frame.RouteUnknown(long sequence, String _) -> listener.knowsNobody(sequence);
                case Frame.HandOver _,
                        Frame.OpenStream _,
                        Frame.CancelStream _,
                        Frame.Tokens _,
                        Frame.Prefilled _,
                        Frame.StreamFinished _,
                        Frame.StreamFailed _,
                        Frame.Ping _,
                        Frame.Heartbeat _,
                        Frame.LoadReport _,
                        Frame.Kv _,
                        Frame.RouteQuery _,
                        Frame.SequenceStarted _,
                        Frame.SequencePrefilled _,
                        Frame.SequenceOver _ -> giveUp("does not speak as one");
            }
        }

        @Override
        public void closed(CloseReason reason) {
            giveUp(
                    switch (reason) {
                        case REFUSED -> "is not there";
                        case CONNECT_TIMEOUT -> "cannot be reached";
                        case PEER_CLOSED -> "closed the connection";
                        case BROKEN -> "lost the connection";
                    });
        }
    }

    private void probe() {
        stage = Stage.PROBING;
        timer.cancel();
        timer = loop.after(config.probeNanos(), () -> giveUp("is silent"));
        connection.send(new Frame.Ping(++pings));
    }

    private void ponged(long number, boolean ready) {
        if (stage != Stage.PROBING || number != pings) {
            return;
        }
        timer.cancel();
        if (ready) {
            stage = Stage.USABLE;
            connection.proven();
            listener.usable();
        } else {
            timer = loop.after(config.retryMinNanos(), this::probe);
        }
    }

    private void giveUp(String why) {
        boolean wasUsable = stage == Stage.USABLE;
        timer.cancel();
        connection.renew();
        stage = Stage.CONNECTING;
        if (wasUsable) {
            listener.unusable("the router at " + address + ' ' + why);
        }
    }
}
