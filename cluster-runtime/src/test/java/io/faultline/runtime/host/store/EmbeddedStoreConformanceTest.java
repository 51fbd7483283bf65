package io.faultline.runtime.host.store;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStoreConformance;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.discovery.StoreDriver;

/// The embedded store on real threads. Its history is cut by its limit, not on command.
class EmbeddedStoreConformanceTest extends KeyValueStoreConformance {
    private static final long LEASE_NANOS = 1_000_000_000L;

    @Override
    protected StoreDriver open() {
        return new Driver();
    }

    private static final class Driver extends HostStoreDriver {
        private final ThreadedLoop storeThread = new ThreadedLoop();
        private final EmbeddedStore store = new EmbeddedStore(
                storeThread.loop(),
                StoreConfig.defaults().withLeaseFloor(LEASE_NANOS / 10),
                // The cases are about answers; a busy machine may take its time.
                StoreClientConfig.defaults().withRequestTimeoutNanos(30 * LEASE_NANOS),
                event -> {});

        @Override
        public KeyValueStore connect() {
            return store.connect(loop()).client();
        }

        @Override
        public long shortLeaseNanos() {
            return LEASE_NANOS;
        }

        @Override
        public boolean compact(long revision) {
            return false;
        }

        @Override
        public void close() {
            store.close();
            super.close();
            storeThread.close();
        }
    }
}
