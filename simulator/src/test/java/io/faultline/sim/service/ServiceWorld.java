package io.faultline.sim.service;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.session.SessionServer;
import io.faultline.sim.net.NetworkConfig;
import io.faultline.sim.net.NetworkPort;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// A service and one node that uses it, with the modelled network between them.
final class ServiceWorld<Q, A> {
    static final NodeId CLIENT = new NodeId("client");
    private static final long AWAIT_MAX_NANOS = 60_000_000_000L;

    private final VirtualTime time = new VirtualTime();
    private final SimulatedNetwork network = new SimulatedNetwork(time, NetworkConfig.defaults(), new RandomSource(21));
    private final SimulatedLoop clientLoop = loop(CLIENT);
    private final NetworkPort clientPort = network.attach(CLIENT, clientLoop);
    private final NodeId node;
    private final Class<Q> requests;
    private final Function<NodeLoop, SessionServer<Q, A>> servers;
    private SimulatedLoop serviceLoop;
    private NetworkPort servicePort;

    /// @param servers makes the server of each life of the service, on its loop
    ServiceWorld(NodeId node, Class<Q> requests, Function<NodeLoop, SessionServer<Q, A>> servers) {
        this.node = node;
        this.requests = requests;
        this.servers = servers;
        this.serviceLoop = loop(node);
        this.servicePort = network.attach(node, serviceLoop);
        begin();
    }

    private void begin() {
        SimulatedLoop loop = serviceLoop;
        SimulatedService<Q, A> service = new SimulatedService<>(requests, () -> servers.apply(loop), servicePort);
        loop.post(() -> service.start(_ -> {}));
        time.runUntil(time.nowNanos() + 1_000);
    }

    /// Kills the service's process and starts it again.
    void restart() {
        serviceLoop.kill();
        network.detach(servicePort);
        serviceLoop = loop(node);
        servicePort = network.attach(node, serviceLoop);
        begin();
    }

    private SimulatedLoop loop(NodeId id) {
        return new SimulatedLoop(id, time, NodeClock.TRUE, (_, cause) -> {
            throw cause;
        });
    }

    VirtualTime time() {
        return time;
    }

    SimulatedNetwork network() {
        return network;
    }

    SimulatedLoop clientLoop() {
        return clientLoop;
    }

    NetworkPort clientPort() {
        return clientPort;
    }

    /// Runs a task as a turn of the client's node.
    void run(Runnable task) {
        clientLoop.post(task);
        time.runUntil(time.nowNanos());
    }

    void await(String what, BooleanSupplier condition) {
        long limitNanos = time.nowNanos() + AWAIT_MAX_NANOS;
        while (!condition.getAsBoolean()) {
            if (!time.runNext(limitNanos)) {
                throw new AssertionError("this never came true: " + what);
            }
        }
    }

    void close() {
        serviceLoop.kill();
        clientLoop.kill();
    }
}
