package io.faultline.runtime.discovery;

import org.junit.jupiter.api.Nested;

/// What every [KeyValueStore] promises, whatever world it lives in: the in-memory, the embedded and the simulated
/// store and a real etcd all pass the same cases. Extend it, say how to open the store, and all cases run.
public abstract class KeyValueStoreConformance {

    /// Called once for each case; the driver is closed after it. Cases run one after the other, and each keeps to keys
    /// of its own, so they may share one store.
    protected abstract StoreDriver open();

    @Nested
    class Leases extends LeaseCases {
        @Override
        StoreDriver open() {
            return KeyValueStoreConformance.this.open();
        }
    }

    @Nested
    class Transactions extends TransactionCases {
        @Override
        StoreDriver open() {
            return KeyValueStoreConformance.this.open();
        }
    }

    @Nested
    class Listings extends ListingCases {
        @Override
        StoreDriver open() {
            return KeyValueStoreConformance.this.open();
        }
    }

    @Nested
    class Watches extends WatchCases {
        @Override
        StoreDriver open() {
            return KeyValueStoreConformance.this.open();
        }
    }

    @Nested
    class Calls extends CallCases {
        @Override
        StoreDriver open() {
            return KeyValueStoreConformance.this.open();
        }
    }
}
