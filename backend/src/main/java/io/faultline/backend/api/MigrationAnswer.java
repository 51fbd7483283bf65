package io.faultline.backend.api;

import io.faultline.runtime.history.MigrationView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One attempt to continue a request elsewhere.
///
/// @param type new_request or ongoing_request
/// @param outcome running, success or failure
/// @param gapMillis from the break to the next token; null while running or failed
/// @param recomputedTokens of the replayed ones, how many were prefilled again; null while running or failed
record MigrationAnswer(
        String request,
        int attempt,
        String type,
        @Nullable String from,
        @Nullable String to,
        String because,
        Instant startedAt,
        String outcome,
        @Nullable Double gapMillis,
        int replayTokens,
        @Nullable Integer recomputedTokens) {

    static MigrationAnswer of(MigrationView m, Moments moments) {
        return new MigrationAnswer(
                m.request(),
                m.attempt(),
                m.type().label(),
                RequestAnswer.orNull(m.fromNode()),
                RequestAnswer.orNull(m.toNode()),
                m.because(),
                moments.at(m.startedAtNanos()),
                m.outcome(),
                Moments.millis(m.gapNanos()),
                m.replayTokens(),
                m.recomputedTokens() < 0 ? null : m.recomputedTokens());
    }
}
