package io.faultline.runtime.engine;

import io.faultline.runtime.request.GenerateRequest;
import java.util.Optional;
import java.util.function.Consumer;

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

    /// How it is, by its own word. Cheap: asked every couple of seconds.
    EngineHealth health();

    /// Ends the engine at once; no listener is called afterwards.
    void close();

    /// Ends the engine in order and frees what it holds, which may take a while and may fail; the caller has a bound
    /// and then goes without. No listener is called afterwards.
    ///
    /// @param done runs once on the loop; empty, or one line on what could not be freed
    default void shutdown(Consumer<Optional<String>> done) {
        close();
        done.accept(Optional.empty());
    }

    /// How blocks get in and out; empty for an engine that keeps its cache to itself.
    default Optional<KvExchange> exchange() {
        return Optional.empty();
    }

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
