package io.faultline.runtime.discovery;

/// The store of the embedded and the simulated world, on one loop in virtual time.
class InMemoryStoreConformanceTest extends KeyValueStoreConformance {
    @Override
    protected StoreDriver open() {
        return new VirtualStoreDriver();
    }
}
