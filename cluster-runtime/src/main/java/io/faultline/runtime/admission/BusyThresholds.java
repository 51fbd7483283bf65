package io.faultline.runtime.admission;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// From which load on an instance is busy: over any one of them. None by default. Immutable.
///
/// The names are those of Dynamo's flags and of its `/busy_threshold`.
///
/// @param activeDecodeBlocks share of the KV blocks that sequences hold, 0 to 1;
///     `--active-decode-blocks-threshold`
/// @param activePrefillTokens prompt tokens still to be computed, at least 0;
///     `--active-prefill-tokens-threshold`
/// @param activePrefillTokensFrac the same as a multiple of the tokens that one iteration takes, at least 0,
///     may be over 1; `--active-prefill-tokens-threshold-frac`
public record BusyThresholds(
        @Nullable Double activeDecodeBlocks,
        @Nullable Long activePrefillTokens,
        @Nullable Double activePrefillTokensFrac) {
    public static final BusyThresholds NONE = new BusyThresholds(null, null, null);

    /// Stands for the tokens of an iteration when an instance does not say how many it takes.
    private static final long UNKNOWN_BATCHED_TOKENS = 10_000_000;

    public BusyThresholds {
        problem(activeDecodeBlocks, activePrefillTokens, activePrefillTokensFrac)
                .ifPresent(words -> {
                    throw new IllegalArgumentException(words);
                });
    }

    /// What is wrong with these values, in words for the person who sent them.
    public static Optional<String> problem(
            @Nullable Double decodeBlocks, @Nullable Long prefillTokens, @Nullable Double prefillFrac) {
        if (decodeBlocks != null && !(decodeBlocks >= 0 && decodeBlocks <= 1)) {
            return Optional.of("active_decode_blocks_threshold must be between 0.0 and 1.0");
        }
        if (prefillTokens != null && prefillTokens < 0) {
            return Optional.of("active_prefill_tokens_threshold must be at least 0");
        }
        if (prefillFrac != null && !(prefillFrac >= 0 && prefillFrac <= Double.MAX_VALUE)) {
            return Optional.of("active_prefill_tokens_threshold_frac must be at least 0.0");
        }
        return Optional.empty();
    }

    public boolean isNone() {
        return activeDecodeBlocks == null && activePrefillTokens == null && activePrefillTokensFrac == null;
    }

    /// These, with what `changed` says instead where it says something.
    public BusyThresholds with(BusyThresholds changed) {
        return new BusyThresholds(
                changed.activeDecodeBlocks == null ? activeDecodeBlocks : changed.activeDecodeBlocks,
                changed.activePrefillTokens == null ? activePrefillTokens : changed.activePrefillTokens,
                changed.activePrefillTokensFrac == null ? activePrefillTokensFrac : changed.activePrefillTokensFrac);
    }

    public boolean exceededBy(InstanceLoad load) {
        return isOverDecodeBlocks(load) || isOverPrefillTokens(load);
    }

    private boolean isOverDecodeBlocks(InstanceLoad load) {
        return activeDecodeBlocks != null
                && load.kvBlocks() > 0
                && load.activeDecodeBlocks() > activeDecodeBlocks * load.kvBlocks();
    }

    private boolean isOverPrefillTokens(InstanceLoad load) {
        long batched = load.batchedTokensMax() > 0 ? load.batchedTokensMax() : UNKNOWN_BATCHED_TOKENS;
        return activePrefillTokens != null && load.activePrefillTokens() > activePrefillTokens
                || activePrefillTokensFrac != null && load.activePrefillTokens() > activePrefillTokensFrac * batched;
    }
}
