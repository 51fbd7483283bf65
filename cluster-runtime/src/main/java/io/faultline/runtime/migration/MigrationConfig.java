package io.faultline.runtime.migration;

import io.faultline.runtime.seam.Invariants;

/// How far a request may be carried.
///
/// @param limit most migrations of one request, both kinds together; 0 = off; `--migration-limit`
/// @param sequenceTokensMax longest prompt and answer so far that may move; `--migration-max-seq-len`
/// @param backoffMinNanos wait before the second attempt to go on; the first goes out at once; default 50 ms, doubled
/// @param backoffMaxNanos longest wait; default 2 s
/// @param patienceNanos how long a request waits for any instance to become routable; default 1 s
public record MigrationConfig(
        int limit, int sequenceTokensMax, long backoffMinNanos, long backoffMaxNanos, long patienceNanos) {
    public MigrationConfig {
        Invariants.check(limit >= 0, "a migration limit is at least 0, not %s", limit);
        Invariants.check(
                backoffMinNanos >= 0 && backoffMinNanos <= backoffMaxNanos && patienceNanos >= 0,
                "waits are at least 0 and the first is not longer than the last");
    }

    public static MigrationConfig defaults() {
        return withLimit(3);
    }

    public static MigrationConfig withLimit(int limit) {
        return new MigrationConfig(limit, Integer.MAX_VALUE, 50_000_000L, 2_000_000_000L, 1_000_000_000L);
    }

    public MigrationConfig withSequenceTokensMax(int tokens) {
        return new MigrationConfig(limit, tokens, backoffMinNanos, backoffMaxNanos, patienceNanos);
    }
}
