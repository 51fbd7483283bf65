package io.faultline.sim.net;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Transport;
import io.faultline.runtime.transport.TransportConformance;
import io.faultline.runtime.transport.TransportDriver;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import java.util.function.BooleanSupplier;

/// The modelled network keeps the promises of the real one.
class SimulatedTransportConformanceTest extends TransportConformance {
    private static final long STEP_NANOS = 1_000_000;
    private static final long AWAIT_MAX_NANOS = 60_000_000_000L;

    @Override
    protected TransportDriver open() {
        return new Modelled();
    }

    private static final class Modelled implements TransportDriver {
        private final VirtualTime time = new VirtualTime();
        private final SimulatedNetwork network =
                new SimulatedNetwork(time, NetworkConfig.defaults(), new RandomSource(3));

        @Override
        public Peer start(String name) {
            NodeId node = new NodeId(name);
            SimulatedLoop loop = new SimulatedLoop(node, time, NodeClock.TRUE, (_, cause) -> {
                throw cause;
            });
            NetworkPort port = network.attach(node, loop);
            Transport transport = new SimulatedTransport(port, "plane");
            return new Peer() {
                @Override
                public Transport transport() {
                    return transport;
                }

                @Override
                public void run(Runnable task) {
                    loop.post(task);
                    time.runUntil(time.nowNanos());
                }

                @Override
                public void kill() {
                    loop.kill();
                    network.detach(port);
                }
            };
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            long limit = time.nowNanos() + AWAIT_MAX_NANOS;
            while (!condition.getAsBoolean()) {
                if (time.nowNanos() > limit) {
                    throw new AssertionError("this never came true: " + what);
                }
                time.runUntil(time.nowNanos() + STEP_NANOS);
            }
        }

        @Override
        public Address nowhere() {
            return new Address("server:none");
        }

        @Override
        public void close() {
            // Virtual time holds no resources.
        }
    }
}
