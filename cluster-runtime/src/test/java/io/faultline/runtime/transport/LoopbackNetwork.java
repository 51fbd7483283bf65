package io.faultline.runtime.transport;

import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Connections between nodes that share one manual loop: a frame arrives one turn later. Ends and whole nodes
/// can be closed, and a node can be made silent.
public final class LoopbackNetwork {
    private final NodeLoop loop;
    private final Map<Address, Transport.Acceptor> listening = new LinkedHashMap<>();
    private final Map<Address, List<End>> accepted = new LinkedHashMap<>();
    private final Map<Address, List<End>> opened = new LinkedHashMap<>();

    public LoopbackNetwork(NodeLoop loop) {
        this.loop = loop;
    }

    public Transport transportFor(String node) {
        Address address = new Address(node);
        return new Transport() {
            @Override
            public Address listen(Acceptor acceptor) {
                listening.put(address, acceptor);
                return address;
            }

            @Override
            public Connection connect(Address to, ConnectionListener listener) {
                return connectTo(address, to, listener);
            }
        };
    }

    private Connection connectTo(Address from, Address to, ConnectionListener listener) {
        End near = new End();
        near.listener = listener;
        Transport.Acceptor acceptor = listening.get(to);
        if (acceptor == null) {
            loop.post(() -> near.hearClosed(CloseReason.REFUSED));
            return near;
        }
        End far = new End();
        near.peer = far;
        far.peer = near;
        far.listener = acceptor.accepted(far);
        accepted.computeIfAbsent(to, _ -> new ArrayList<>()).add(far);
        opened.computeIfAbsent(from, _ -> new ArrayList<>()).add(near);
        loop.post(listener::opened);
        return near;
    }

    /// The node's process ends: nobody listens there, and its peers hear their connections close.
    public void kill(String node) {
        Address address = new Address(node);
        listening.remove(address);
        accepted.getOrDefault(address, List.of()).forEach(End::close);
        accepted.remove(address);
        opened.getOrDefault(address, List.of()).forEach(End::close);
        opened.remove(address);
    }

    /// Nothing that the node sends arrives any more; its connections stay open.
    public void silence(String node) {
        accepted.getOrDefault(new Address(node), List.of()).forEach(end -> end.silent = true);
    }

    /// Nothing that is sent to the node arrives any more; its connections stay open.
    public void deafen(String node) {
        accepted.getOrDefault(new Address(node), List.of()).forEach(end -> end.peer.silent = true);
    }

    /// It is heard again.
    public void hear(String node) {
        accepted.getOrDefault(new Address(node), List.of()).forEach(end -> end.silent = false);
    }

    private final class End implements Connection {
        private ConnectionListener listener = new ConnectionListener() {
            @Override
            public void opened() {}

            @Override
            public void received(Frame frame) {}

            @Override
            public void closed(CloseReason reason) {}
        };
        private End peer = this;
        private boolean open = true;
        private boolean silent;

        @Override
        public void send(Frame frame) {
            End to = peer;
            if (open && !silent && to != this) {
                loop.post(() -> {
                    if (to.open) {
                        to.listener.received(frame);
                    }
                });
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                End to = peer;
                loop.post(() -> to.hearClosed(CloseReason.PEER_CLOSED));
            }
        }

        private void hearClosed(CloseReason reason) {
            if (open) {
                open = false;
                listener.closed(reason);
            }
        }

        @Override
        public boolean congested() {
            return false;
        }
    }
}
