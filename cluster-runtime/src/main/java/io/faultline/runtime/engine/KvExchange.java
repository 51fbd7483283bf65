package io.faultline.runtime.engine;

import io.faultline.runtime.request.GenerateRequest;

/// What an engine can do beyond [Engine] when prompts may be prefilled on one worker and decoded on another. Same
/// rules: never blocks, on the worker's loop.
public interface KvExchange {
    /// Tokens of the prompt, from the first on, that a sequence submitted now would find in the cache.
    int cachedTokens(int[] prompt);

    /// Queues a prompt to be computed and nothing more, under an id that the caller has not used before. When that is
    /// done the sequence is among [EngineListener.EngineStep#prefilled] of an iteration, gets no token, and its
    /// blocks are held until [Engine#cancel]. A prompt that can never fit ends in [EngineListener#failed].
    ///
    /// @param request its tokens are whole blocks; its stop conditions and sampling options mean nothing
    void prefill(long sequence, GenerateRequest request);

    /// The blocks of a sequence that [#prefill] has computed, without the first `skipped` ones.
    KvBlocks export(long sequence, int skipped);

    /// Takes blocks that were computed elsewhere into the cache, where they are as those of a sequence that ended:
    /// found by the next prompt that begins with them, and evicted in their turn. Blocks for which there is no room
    /// are left out.
    ///
    /// @return how many of them the cache holds now, from the first on
    int take(KvBlocks blocks);

    /// Consecutive full blocks of one prompt.
    ///
    /// @param parent hash of the block before the first one, [io.faultline.runtime.kv.BlockHash#ROOT] for none
    /// @param hashes their sequence hashes; must not be changed
    record KvBlocks(long parent, long[] hashes) {}
}
