package io.faultline.sim.store;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStoreConformance;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.discovery.StoreDriver;
import io.faultline.runtime.discovery.StoreState;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.sim.net.NetworkConfig;
import io.faultline.sim.net.NetworkPort;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import java.util.function.BooleanSupplier;

/// The store behind the modelled network keeps every promise of [KeyValueStore].
class SimulatedStoreConformanceTest extends KeyValueStoreConformance {
    @Override
    protected StoreDriver open() {
        return new NetworkedStore();
    }

    private static final class NetworkedStore implements StoreDriver {
        private static final long AWAIT_MAX_NANOS = 60_000_000_000L;
        private static final NodeId STORE = new NodeId("store");

        private final VirtualTime time = new VirtualTime();
        private final SimulatedNetwork network =
                new SimulatedNetwork(time, NetworkConfig.defaults(), new RandomSource(21));
        private final StoreState disk = new StoreState(StoreConfig.defaults());
        private final SimulatedLoop storeLoop = loop(STORE);
        private final SimulatedLoop clientLoop = loop(new NodeId("client"));
        private final NetworkPort clientPort = network.attach(clientLoop.node(), clientLoop);

        NetworkedStore() {
            SimulatedStore store = new SimulatedStore(disk, storeLoop, event -> {}, network.attach(STORE, storeLoop));
            storeLoop.post(() -> store.start(_ -> {}));
            time.runUntil(1_000);
        }

        private SimulatedLoop loop(NodeId node) {
            return new SimulatedLoop(node, time, NodeClock.TRUE, (_, cause) -> {
                throw cause;
            });
        }

        @Override
        public KeyValueStore connect() {
            return SimulatedStoreLink.client(
                    clientLoop, clientPort, SimulatedStore.addressOn(STORE), StoreClientConfig.defaults());
        }

        @Override
        public NodeLoop loop() {
            return clientLoop;
        }

        @Override
        public void run(Runnable task) {
            clientLoop.post(task);
            time.runUntil(time.nowNanos());
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            long limitNanos = time.nowNanos() + AWAIT_MAX_NANOS;
            while (!condition.getAsBoolean()) {
                if (!time.runNext(limitNanos)) {
                    throw new AssertionError("this never came true: " + what);
                }
            }
        }

        @Override
        public long shortLeaseNanos() {
            return 1_500_000_000L;
        }

        @Override
        public boolean compact(long revision) {
            disk.compact(revision);
            return true;
        }

        @Override
        public void close() {
            storeLoop.kill();
            clientLoop.kill();
        }
    }
}
