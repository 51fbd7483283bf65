package io.faultline.runtime.host;

import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Connections between nodes of one JVM: a frame is a task on the receiver's loop. Ending a node's transport closes
/// its connections as the kernel does for a dead process. Thread-safe.
public final class InProcessNetwork {
    /// Frames on their way to one receiver above which a connection counts as congested.
    private static final int CONGESTED_FRAMES = 4096;

    private final Map<Address, Listening> listening = new ConcurrentHashMap<>();

    private record Listening(NodeTransport owner, Transport.Acceptor acceptor) {}

    /// The transport of one run of one node.
    public NodeTransport transportFor(String node, HostLoop loop) {
        return new NodeTransport(new Address(node), loop);
    }

    /// One node's side.
    public final class NodeTransport implements Transport {
        private final Address address;
        private final HostLoop loop;
        private final Set<End> ends = ConcurrentHashMap.newKeySet();
        private volatile boolean closed;

        NodeTransport(Address address, HostLoop loop) {
            this.address = address;
            this.loop = loop;
        }

        @Override
        public Address listen(Acceptor acceptor) {
            listening.put(address, new Listening(this, acceptor));
            return address;
        }

        @Override
        public Connection connect(Address to, ConnectionListener listener) {
            Listening target = listening.get(to);
            End near = new End(this);
            near.listener = listener;
            if (target == null || target.owner.closed) {
                near.open = false;
                loop.post(() -> listener.closed(CloseReason.REFUSED));
                return near;
            }
            End far = new End(target.owner);
            near.peer = far;
            far.peer = near;
            ends.add(near);
            target.owner.ends.add(far);
            target.owner.loop.post(() -> far.listener = target.acceptor.accepted(far));
            loop.post(() -> {
                if (near.open) {
                    listener.opened();
                }
            });
            if (target.owner.closed) {
                // It ended between the look-up and the registration of the connection.
                far.close();
            }
            return near;
        }

        /// Ends the node's part in the network: nobody listens, every connection closes.
        public void close() {
            closed = true;
            listening.computeIfPresent(address, (_, l) -> l.owner == this ? null : l);
            for (End end : ends) {
                end.close();
            }
        }
    }

    /// One end of a connection. `listener` is touched on the owner's loop only.
    private static final class End implements Connection {
        private final NodeTransport owner;
        private final AtomicInteger inFlight = new AtomicInteger();
        private volatile boolean open = true;
        private End peer = this;
        private ConnectionListener listener = DEAF;

        End(NodeTransport owner) {
            this.owner = owner;
        }

        @Override
        public void send(Frame frame) {
            End to = peer;
            if (open && to != this) {
                to.inFlight.incrementAndGet();
                to.owner.loop.post(() -> {
                    to.inFlight.decrementAndGet();
                    if (to.open) {
                        to.listener.received(frame);
                    }
                });
            }
        }

        @Override
        public void close() {
            if (!open) {
                return;
            }
            open = false;
            owner.ends.remove(this);
            End to = peer;
            if (to != this) {
                to.owner.ends.remove(to);
                to.owner.loop.post(() -> {
                    if (to.open) {
                        to.open = false;
                        to.listener.closed(CloseReason.PEER_CLOSED);
                    }
                });
            }
        }

        @Override
        public boolean congested() {
            return peer.inFlight.get() > CONGESTED_FRAMES;
        }
    }

    private static final ConnectionListener DEAF = new ConnectionListener() {
        @Override
        public void opened() {}

        @Override
        public void received(Frame frame) {}

        @Override
        public void closed(CloseReason reason) {}
    };
}
