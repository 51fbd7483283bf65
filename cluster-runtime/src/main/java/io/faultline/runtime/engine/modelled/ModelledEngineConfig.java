package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.soabase.recordbuilder.core.RecordBuilder;

/// What the modelled engine pretends to be.
///
/// @param capacity what it can hold; without chunked prefill an iteration must be able to take the longest sequence
/// @param timing how long iterations take
/// @param speedupRatio divides all durations; greater than 0, 1 is real time
/// @param watermark share of the blocks, 0 to below 1, that a newcomer must leave over, so that the running
///     sequences can grow for a while; more means fewer pre-emptions and a smaller batch
/// @param chunkedPrefill whether a prompt may be computed over several iterations beside decodes
/// @param prefixCaching whether full blocks are kept and reused
/// @param tokenModel what it writes
@RecordBuilder
public record ModelledEngineConfig(
        EngineCapacity capacity,
        TimingModel timing,
        double speedupRatio,
        double watermark,
        boolean chunkedPrefill,
        boolean prefixCaching,
        TokenModel tokenModel)
        implements ModelledEngineConfigBuilder.With {

    /// Context of the defaults. OPT was trained for 2,048; the cost formula has no such end, and the workloads of
    /// today need more.
    private static final int CONTEXT_TOKENS = 8_192;

    /// 66,144 tokens: what simdistserve gives OPT-13B on one A100 80 GB (`max_num_tokens.csv`), in blocks of 16.
    private static final int KV_BLOCKS = 4_134;

    private static final int KV_BLOCK_TOKENS = 16;
    private static final int SEQUENCES_MAX = 256;
    private static final int BATCHED_TOKENS_MAX = 2_048;
    private static final double WATERMARK = 0.01;

    public ModelledEngineConfig {
        require(capacity.contextTokens() >= 1, "contextTokens is at least 1, not " + capacity.contextTokens());
        require(capacity.kvBlocks() >= 1, "kvBlocks is at least 1, not " + capacity.kvBlocks());
        require(capacity.kvBlockTokens() >= 1, "kvBlockTokens is at least 1, not " + capacity.kvBlockTokens());
        require(capacity.sequencesMax() >= 1, "sequencesMax is at least 1, not " + capacity.sequencesMax());
        require(
                capacity.batchedTokensMax() >= capacity.sequencesMax(),
                "batchedTokensMax " + capacity.batchedTokensMax() + " has no room for a token of each of "
                        + capacity.sequencesMax() + " sequences");
        require(
                chunkedPrefill || capacity.batchedTokensMax() >= capacity.contextTokens(),
                "without chunked prefill batchedTokensMax " + capacity.batchedTokensMax() + " must hold contextTokens "
                        + capacity.contextTokens());
        require(speedupRatio > 0, "speedupRatio is greater than 0, not " + speedupRatio);
        require(watermark >= 0 && watermark < 1, "watermark is from 0 to below 1, not " + watermark);
    }

    /// OPT-13B on one A100 80 GB, in real time.
    public static ModelledEngineConfig defaults(TokenModel tokenModel) {
        EngineCapacity capacity =
                new EngineCapacity(CONTEXT_TOKENS, KV_BLOCKS, KV_BLOCK_TOKENS, SEQUENCES_MAX, BATCHED_TOKENS_MAX);
        return new ModelledEngineConfig(capacity, TimingModel.OPT_13B_TP1, 1.0, WATERMARK, true, true, tokenModel);
    }

    /// Blocks that the watermark stands for.
    int watermarkBlocks() {
        return (int) Math.ceil(watermark * capacity.kvBlocks());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
