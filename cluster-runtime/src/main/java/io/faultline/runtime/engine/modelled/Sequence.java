package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.kv.BlockHash;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.StopConditions;
import java.util.Arrays;

/// One sequence in the engine: its text so far, how much of it is computed, and its blocks. The scheduler decides
/// what happens to it. Confined to the engine's loop.
///
/// `computed` tokens have their keys and values in `blocks`. A prefill computes until `computed == length`; then a
/// token
/// is drawn and appended, which a decode step computes to draw the next one.
final class Sequence {
    private static final int ANSWER_TOKENS_AT_FIRST = 64;
    private static final int BLOCKS_AT_FIRST = 8;

    final long id;
    final int priority;
    /// Place in the order of arrival; kept when it waits again.
    final long arrival;

    final StopConditions stop;

    /// Ends with its prompt's computation and keeps the blocks.
    final boolean prefillOnly;

    private final int[] prompt;
    private final int blockTokens;
    private final TokenModel.State model;
    private int[] answer = {};
    private int produced;

    private int[] blocks = {};
    private int blockCount;
    private long[] hashes = {};
    private int hashCount;
    /// Leading blocks that the cache knows by their hash.
    private int sealed;

    /// Tokens computed so far, those found in the cache included.
    int computed;
    /// Tokens found in the cache when it was last admitted.
    int cachedTokens;
    /// Tokens that were computed when it was last pre-empted.
    int lostTokens;
    /// Tokens that the iteration under way computes.
    int planned;
    /// Answer tokens it had when the engine's condition last changed.
    int producedBeforeFreeze;
    /// True when all but the last token is computed, so that each iteration adds one.
    boolean decoding;

    Sequence(
            long id,
            GenerateRequest request,
            boolean prefillOnly,
            long arrival,
            int blockTokens,
            TokenModel.State model) {
        this.id = id;
        this.prefillOnly = prefillOnly;
        this.priority = request.priority();
        this.arrival = arrival;
        this.stop = request.stop();
        this.prompt = request.tokens();
        this.blockTokens = blockTokens;
        this.model = model;
    }

    /// Tokens so far, prompt and answer.
    int length() {
        return prompt.length + produced;
    }

    int produced() {
        return produced;
    }

    /// Prompt tokens, and after a pre-emption answer tokens, that a prefill still has to compute.
    int prefillTokens() {
        return decoding ? 0 : length() - computed;
    }

    /// Draws the next token; [TokenModel#END] when the answer ends instead.
    int draw() {
        int token = model.next(TokenModel.mayEnd(stop, produced));
        if (token == TokenModel.END) {
            return token;
        }
        model.accept(token);
        if (produced == answer.length) {
            int capacity = Math.max(ANSWER_TOKENS_AT_FIRST, produced * 2);
            answer = Arrays.copyOf(answer, Math.min(stop.maxTokens(), capacity));
        }
        answer[produced++] = token;
        return token;
    }

    /// Hash of a full block, by its place in the sequence.
    long hash(int place) {
        if (place >= hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.max(length() / blockTokens, place + place / 2 + 1));
        }
        for (; hashCount <= place; hashCount++) {
            hashes[hashCount] = computeHash(hashCount);
        }
        return hashes[place];
    }

    long parentHash(int place) {
        return place == 0 ? BlockHash.ROOT : hash(place - 1);
    }

    /// Blocks needed to compute `tokens` tokens.
    int blocksFor(int tokens) {
        return (tokens + blockTokens - 1) / blockTokens;
    }

    int blockCount() {
        return blockCount;
    }

    int block(int place) {
        return blocks[place];
    }

    void addBlock(int block) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(BLOCKS_AT_FIRST, blockCount * 2));
        }
        blocks[blockCount++] = block;
    }

    /// The first `count` blocks came from the cache, full and known.
    void startFromCache(int count) {
        sealed = count;
        computed = count * blockTokens;
        cachedTokens = computed;
    }

    /// Gives blocks that became full a hash, so that others can reuse them.
    void sealFullBlocks(KvCache cache) {
        for (int full = computed / blockTokens; sealed < full; sealed++) {
            blocks[sealed] = cache.seal(blocks[sealed], parentHash(sealed), hash(sealed));
        }
    }

    /// Gives up all blocks and what was computed. From the last to the first, so that the start of a prompt, which
    /// others are more likely to share, is evicted last.
    void releaseBlocks(KvCache cache) {
        while (blockCount > 0) {
            cache.release(blocks[--blockCount]);
        }
        sealed = 0;
        computed = 0;
        planned = 0;
        decoding = false;
    }

    private long computeHash(int place) {
        int from = place * blockTokens;
        int to = from + blockTokens;
        long parent = place == 0 ? BlockHash.ROOT : hashes[place - 1];
        if (to <= prompt.length) {
            return BlockHash.of(parent, prompt, from, to);
        }
        if (from >= prompt.length) {
            return BlockHash.of(parent, answer, from - prompt.length, to - prompt.length);
        }
        int[] both = Arrays.copyOfRange(prompt, from, to);
        System.arraycopy(answer, 0, both, prompt.length - from, to - prompt.length);
        return BlockHash.of(parent, both, 0, blockTokens);
    }
}
