package io.faultline.runtime.engine;

import io.faultline.runtime.request.GenerateRequest;

/// Generates tokens for many sequences at once. Never blocks; answers through its [EngineListener], on the
/// worker's loop, never from inside a call to the engine.
public interface Engine {
    /// Queues a sequence under an id that the caller has not used before. A request that can never fit ends in
    /// [EngineListener#failed] for that sequence.
    void submit(long sequence, GenerateRequest request);

    /// Drops a sequence wherever it is; nothing more is heard of it. Unknown ids are ignored.
    void cancel(long sequence);

    EngineCapacity capacity();

    EngineLoad load();

    /// Ends the engine; no listener is called afterwards.
    void close();

    /// What the engine can hold.
    /// @param contextTokens longest sequence, prompt and answer together
    /// @param kvBlocks blocks in the KV cache
    /// @param kvBlockTokens tokens a block holds
    /// @param sequencesMax most sequences in a batch
    /// @param batchedTokensMax most tokens computed in one iteration
    record EngineCapacity(int contextTokens, int kvBlocks, int kvBlockTokens, int sequencesMax, int batchedTokensMax) {}

    /// What it holds now.
    /// @param running sequences in the batch
    /// @param waiting sequences queued
    /// @param usedBlocks blocks referenced by sequences
    /// @param cachedBlocks blocks kept only for reuse
    /// @param pendingPrefillTokens prompt tokens still to be computed
    record EngineLoad(int running, int waiting, int usedBlocks, int cachedBlocks, int pendingPrefillTokens) {}
}
