package io.faultline.runtime.kv;

/// A change of a worker's KV cache, as it is told to routers. Events are numbered from 0 in each life of a worker.
/// Immutable; arrays must not be changed.
public sealed interface KvEvent {

    /// Blocks that follow each other became reusable.
    /// @param parent the block before the first of them, [BlockHash#ROOT] for none
    record Stored(long parent, long[] blocks) implements KvEvent {}

    record Removed(long[] blocks) implements KvEvent {}

    /// Nothing is left.
    record Cleared() implements KvEvent {}

    /// How many blocks it tells of.
    static int blocks(KvEvent event) {
        return switch (event) {
            case Stored(long _, long[] blocks) -> blocks.length;
            case Removed(long[] blocks) -> blocks.length;
            case Cleared() -> 0;
        };
    }
}
