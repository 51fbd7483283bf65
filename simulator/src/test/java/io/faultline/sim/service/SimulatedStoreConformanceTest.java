package io.faultline.sim.service;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStoreConformance;
import io.faultline.runtime.discovery.StoreAnswer;
import io.faultline.runtime.discovery.StoreClient;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.discovery.StoreDriver;
import io.faultline.runtime.discovery.StoreRequest;
import io.faultline.runtime.discovery.StoreServer;
import io.faultline.runtime.discovery.StoreState;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.BooleanSupplier;

/// The store behind the modelled network keeps every promise of [KeyValueStore].
class SimulatedStoreConformanceTest extends KeyValueStoreConformance {
    @Override
    protected StoreDriver open() {
        return new NetworkedStore();
    }

    private static final class NetworkedStore implements StoreDriver {
        private static final NodeId STORE = new NodeId("store");

        private final StoreState disk = new StoreState(StoreConfig.defaults());
        private final ServiceWorld<StoreRequest, StoreAnswer> world =
                new ServiceWorld<>(STORE, StoreRequest.class, loop -> new StoreServer(disk, loop, _ -> {}));

        @Override
        public KeyValueStore connect() {
            return SimulatedLink.<StoreRequest, StoreAnswer, StoreClient>client(
                    world.clientPort(),
                    STORE,
                    StoreAnswer.class,
                    link -> new StoreClient(world.clientLoop(), link, StoreClientConfig.defaults()));
        }

        @Override
        public NodeLoop loop() {
            return world.clientLoop();
        }

        @Override
        public void run(Runnable task) {
            world.run(task);
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            world.await(what, condition);
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
            world.close();
        }
    }
}
