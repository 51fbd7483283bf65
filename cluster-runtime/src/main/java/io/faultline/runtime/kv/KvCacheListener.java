package io.faultline.runtime.kv;

/// Hears which full blocks an engine's cache holds, on the worker's loop, possibly from inside a call to the engine; it
/// must not call the engine. What was stored and not removed is exactly what another request can reuse.
public interface KvCacheListener {
    KvCacheListener NONE = new KvCacheListener() {
        @Override
        public void stored(long parent, long block) {}

        @Override
        public void removed(long block) {}

        @Override
        public void cleared() {}
    };

    /// @param parent hash of the block before it, [BlockHash#ROOT] for a first block
    /// @param block hash of the block
    void stored(long parent, long block);

    void removed(long block);

    /// Nothing can be reused any more.
    void cleared();
}
