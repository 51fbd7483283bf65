package io.faultline.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.ManualLoop;
import java.util.function.BooleanSupplier;

/// The network of the unit tests keeps the promises of a real one.
class LoopbackNetworkConformanceTest extends TransportConformance {
    @Override
    protected TransportDriver open() {
        ManualLoop loop = new ManualLoop();
        LoopbackNetwork network = new LoopbackNetwork(loop);
        return new TransportDriver() {
            @Override
            public Peer start(String name) {
                return new LoopbackPeer(loop, network, name);
            }

            @Override
            public void await(String what, BooleanSupplier condition) {
                loop.runDue();
                assertThat(condition.getAsBoolean()).as(what).isTrue();
            }

            @Override
            public Address nowhere() {
                return new Address("nowhere");
            }

            @Override
            public void close() {
                loop.stop();
            }
        };
    }

    private record LoopbackPeer(ManualLoop loop, LoopbackNetwork network, String name, Transport transport)
            implements TransportDriver.Peer {
        LoopbackPeer(ManualLoop loop, LoopbackNetwork network, String name) {
            this(loop, network, name, network.transportFor(name));
        }

        @Override
        public void run(Runnable task) {
            loop.post(task);
            loop.runDue();
        }

        @Override
        public void kill() {
            network.kill(name);
        }
    }
}
