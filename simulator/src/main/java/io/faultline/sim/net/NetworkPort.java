package io.faultline.sim.net;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.transport.Address;
import io.faultline.sim.time.SimulatedLoop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// One life of one node on the network: what its operating system knows of its sockets. Confined to the
/// simulation.
public final class NetworkPort {
    private final SimulatedNetwork network;
    private final NodeId node;
    private final SimulatedLoop loop;
    private final SequencedSet<ChannelEnd> ends = new LinkedHashSet<>();

    NetworkPort(SimulatedNetwork network, NodeId node, SimulatedLoop loop) {
        this.network = network;
        this.node = node;
        this.loop = loop;
    }

    /// Accepts channels to a service of this node from now on, as long as the node lives.
    ///
    /// @param service what follows the node's name in the address
    public Address listen(String service, ChannelListener.Acceptor acceptor) {
        return network.listen(this, service, acceptor);
    }

    /// Opens a channel. The listener hears later whether that worked.
    public ChannelEnd connect(Address to, ChannelListener listener) {
        return network.connect(this, to, listener);
    }

    NodeId node() {
        return node;
    }

    SimulatedLoop loop() {
        return loop;
    }

    SimulatedNetwork network() {
        return network;
    }

    ChannelEnd newEnd(NodeId towards) {
        ChannelEnd end = new ChannelEnd(this, network.link(node, towards));
        ends.add(end);
        return end;
    }

    void forget(ChannelEnd end) {
        ends.remove(end);
    }

    /// The process ended: every peer is told by a reset.
    void resetAll() {
        List.copyOf(ends).forEach(ChannelEnd::reset);
    }
}
