package io.faultline.sim.net;

import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;

/// The request plane's transport over the modelled network, for one life of one node. Confined to its loop.
///
/// @param port the node's port
/// @param service distinguishes this life's address from those of earlier lives, as a fresh TCP port would
public record SimulatedTransport(NetworkPort port, String service) implements Transport {

    @Override
    public Address listen(Acceptor acceptor) {
        return port.listen(service, end -> new Heard(acceptor.accepted(new Framed(end))));
    }

    @Override
    public Connection connect(Address to, ConnectionListener listener) {
        return new Framed(port.connect(to, new Heard(listener)));
    }

    private record Framed(ChannelEnd end) implements Connection {
        @Override
        public void send(Frame frame) {
            end.send(frame);
        }

        @Override
        public void close() {
            end.close();
        }

        @Override
        public boolean congested() {
            return end.isCongested();
        }
    }

    private record Heard(ConnectionListener listener) implements ChannelListener {
        @Override
        public void opened() {
            listener.opened();
        }

        @Override
        public void received(Object message) {
            listener.received((Frame) message);
        }

        @Override
        public void closed(ConnectionListener.CloseReason reason) {
            listener.closed(reason);
        }
    }
}
