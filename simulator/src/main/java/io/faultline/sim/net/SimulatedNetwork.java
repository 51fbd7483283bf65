package io.faultline.sim.net;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All nodes' network. A node attaches with each of its lives; connecting, refusing and resetting are done by the
/// operating systems, so a frozen process still accepts channels and never answers on them, and a dead one's peers
/// hear of it. All randomness comes from one stream for each link. Confined to the simulation's thread.
public final class SimulatedNetwork {
    private final VirtualTime time;
    private final NetworkConfig config;
    private final RandomSource random;
    /// The operating systems' loop: it is never frozen.
    private final SimulatedLoop kernel;

    private final Map<NodeId, Map<NodeId, Link>> links = new LinkedHashMap<>();
    private final Map<Address, Listening> listening = new LinkedHashMap<>();
    private final List<Partition> partitions = new ArrayList<>();

    public SimulatedNetwork(VirtualTime time, NetworkConfig config, RandomSource random) {
        this.time = time;
        this.config = config;
        this.random = random;
        this.kernel = new SimulatedLoop(new NodeId("network"), time, NodeClock.TRUE, (_, cause) -> {
            throw cause;
        });
    }

    /// A node's new life gets its port.
    public NetworkPort attach(NodeId node, SimulatedLoop loop) {
        return new NetworkPort(this, node, loop);
    }

    /// A node's life ended, by a signal or in order: nobody listens there any more and its channels are reset.
    public void detach(NetworkPort port) {
        listening.values().removeIf(entry -> entry.port == port);
        port.resetAll();
    }

    /// Nothing passes between the two groups, either way, until the partition is healed. Messages wait for that.
    public Partition partition(List<NodeId> some, List<NodeId> others) {
        List<Link> between = new ArrayList<>(between(some, others));
        between.addAll(between(others, some));
        return cut(between);
    }

    /// Nothing passes from one group to the other; the way back is open.
    public Partition partitionOneWay(List<NodeId> from, List<NodeId> to) {
        return cut(between(from, to));
    }

    /// Heals every partition.
    public void heal() {
        List.copyOf(partitions).forEach(Partition::heal);
    }

    /// Makes one direction between two nodes slow or lossy; [LinkFault#NONE] ends that.
    public void disturb(NodeId from, NodeId to, LinkFault fault) {
        link(from, to).suffer(fault);
    }

    public NetworkConfig config() {
        return config;
    }

    long nowNanos() {
        return time.nowNanos();
    }

    Link link(NodeId from, NodeId to) {
        return links.computeIfAbsent(from, _ -> new LinkedHashMap<>())
                .computeIfAbsent(to, _ -> new Link(from, to, config, random));
    }

    Address listen(NetworkPort port, String service, ChannelListener.Acceptor acceptor) {
        Address address = new Address(port.node() + ":" + service);
        Listening before = listening.put(address, new Listening(port, acceptor));
        Invariants.check(before == null, "%s is in use", address);
        return address;
    }

    ChannelEnd connect(NetworkPort from, Address to, ChannelListener listener) {
        NodeId target = nodeOf(to);
        ChannelEnd end = from.newEnd(target);
        end.listenWith(listener);
        end.awaitAnswer(kernel.after(config.connectTimeoutNanos(), () -> end.fail(CloseReason.CONNECT_TIMEOUT)));
        Link way = link(from.node(), target);
        way.depart(() -> after(way.travelNanos(), () -> answer(from, end, to)));
        return end;
    }

    /// A connection attempt reaches its target's operating system.
    private void answer(NetworkPort from, ChannelEnd client, Address to) {
        if (client.isClosed()) {
            return;
        }
        Listening target = listening.get(to);
        if (target == null) {
            Link back = link(nodeOf(to), from.node());
            back.depart(() -> after(back.travelNanos(), () -> client.fail(CloseReason.REFUSED)));
            return;
        }
        ChannelEnd server = target.port.newEnd(from.node());
        target.port.loop().post(() -> server.listenWith(target.acceptor.accepted(server)));
        server.accept(client);
    }

    private void after(long nanos, Runnable action) {
        kernel.after(nanos, action);
    }

    private List<Link> between(List<NodeId> from, List<NodeId> to) {
        List<Link> between = new ArrayList<>(from.size() * to.size());
        for (NodeId one : from) {
            for (NodeId other : to) {
                Invariants.check(!one.equals(other), "%s cannot be on both sides of a partition", one);
                between.add(link(one, other));
            }
        }
        return between;
    }

    private Partition cut(List<Link> between) {
        between.forEach(Link::cut);
        Partition partition = new Partition(between);
        partitions.add(partition);
        return partition;
    }

    private static NodeId nodeOf(Address address) {
        int colon = address.value().indexOf(':');
        return new NodeId(colon < 0 ? address.value() : address.value().substring(0, colon));
    }

    private record Listening(NetworkPort port, ChannelListener.Acceptor acceptor) {}

    /// Links that are cut together.
    public final class Partition {
        private @Nullable List<Link> cut;

        private Partition(List<Link> cut) {
            this.cut = cut;
        }

        /// Lets everything that waited go on its way. A second time does nothing.
        public void heal() {
            List<Link> healed = cut;
            if (healed != null) {
                cut = null;
                partitions.remove(this);
                healed.forEach(Link::heal);
            }
        }
    }
}
