package io.faultline.sim.net;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import java.util.ArrayDeque;
import java.util.Queue;

/// The way from one node to another. Draws each message's travel time from a stream of its own, so that a change
/// on one link shifts nothing on another. While it is cut, departures wait; each one continues when the last cut
/// is healed. Confined to the simulation.
final class Link {
    private final NetworkConfig config;
    private final RandomSource random;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int cuts;
    private LinkFault fault = LinkFault.NONE;

    Link(NodeId from, NodeId to, NetworkConfig config, RandomSource network) {
        this.config = config;
        this.random = network.fork(from + ">" + to);
    }

    boolean isCut() {
        return cuts > 0;
    }

    /// How long the next message travels.
    long travelNanos() {
        long nanos = config.latency().draw(random);
        if (!fault.equals(LinkFault.NONE)) {
            nanos += fault.delayNanos();
            if (random.nextBoolean(fault.lossProbability())) {
                nanos += config.retransmitNanos();
            }
        }
        return nanos;
    }

    /// Runs `departure` now, or when the link is whole again.
    void depart(Runnable departure) {
        if (isCut()) {
            waiting.add(departure);
        } else {
            departure.run();
        }
    }

    void cut() {
        cuts++;
    }

    void heal() {
        cuts--;
        while (cuts == 0 && !waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    void suffer(LinkFault from) {
        fault = from;
    }
}
