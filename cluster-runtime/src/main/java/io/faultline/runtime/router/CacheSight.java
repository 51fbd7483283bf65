package io.faultline.runtime.router;

/// What a router takes a worker's cache to hold when it decides. A router of its own goes by its index; a study that
/// asks what the index's lateness costs lets it see the cache itself.
public interface CacheSight {
    /// As the index says.
    CacheSight INDEX = (_, _, indexed) -> indexed;

    /// Leading blocks of a prompt that an instance holds.
    /// @param indexed what the index says
    int overlapBlocks(long instance, long[] blocks, int indexed);
}
