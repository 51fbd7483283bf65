package io.faultline.runtime.migration;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How far a request may be carried.
///
/// @param limit most migrations of one request, both kinds together; 0 = off; `--migration-limit`
/// @param sequenceTokensMax longest prompt and answer so far that may move; `--migration-max-seq-len`
/// @param backoffMinNanos wait before the second attempt in a row to go on; the first after a token goes out at
///     once; default 50 ms, doubled
/// @param backoffMaxNanos longest wait; default 2 s
/// @param patienceNanos how long a request whose model has lost its last routable instance waits for one
/// before it fails:
///     one under way from the loss of its own worker, a new one until this long after the model's loss;
///     default 1 s
/// @param stall when a stream that yields nothing is given up
@RecordBuilder
public record MigrationConfig(
        int limit,
        int sequenceTokensMax,
        long backoffMinNanos,
        long backoffMaxNanos,
        long patienceNanos,
        StallConfig stall)
        implements MigrationConfigBuilder.With {
    public MigrationConfig {
        Invariants.check(limit >= 0, "a migration limit is at least 0, not %s", limit);
        Invariants.check(sequenceTokensMax >= 0, "a length cap is at least 0 tokens, not %s", sequenceTokensMax);
        Invariants.check(
                backoffMinNanos >= 0 && backoffMinNanos <= backoffMaxNanos && patienceNanos >= 0,
                "waits are at least 0 and the first is not longer than the last");
    }

    public static MigrationConfig defaults() {
        return upTo(3);
    }

    /// The defaults with another limit.
    public static MigrationConfig upTo(int limit) {
        return new MigrationConfig(
                limit, Integer.MAX_VALUE, 50_000_000L, 2_000_000_000L, 1_000_000_000L, StallConfig.defaults());
    }

    /// How long prompt and answer of a request that was moved so often may be for it to be moved again; 0 = not at
    /// all.
    public int movableTokensMax(int migrations) {
        return migrations < limit ? sequenceTokensMax : 0;
    }
}
