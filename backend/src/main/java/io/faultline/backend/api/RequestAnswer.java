package io.faultline.backend.api;

import io.faultline.runtime.history.RequestView;
import io.faultline.runtime.history.RequestView.AttemptView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request's journey so far.
///
/// @param phase queued, prefilling, streaming, migrating, completed, failed, cancelled or rejected
/// @param detail finish reason, or the error in words; null while it runs
/// @param ttftMillis from its arrival to its first token
record RequestAnswer(
        String id,
        String frontend,
        String model,
        String endpoint,
        boolean streaming,
        String phase,
        @Nullable String detail,
        Instant receivedAt,
        @Nullable Double ttftMillis,
        @Nullable Double durationMillis,
        int promptTokens,
        int maxTokens,
        int deliveredTokens,
        int cachedTokens,
        int migrations,
        List<Attempt> attempts) {

    /// @param worker null when the instance was never seen
    /// @param brokeBecause null unless it broke
    record Attempt(
            int number,
            @Nullable String worker,
            String instance,
            Instant routedAt,
            @Nullable Instant firstTokenAt,
            @Nullable Instant endedAt,
            @Nullable String brokeBecause,
            int deliveredBefore) {}

    static RequestAnswer of(RequestView r, Moments moments) {
        return new RequestAnswer(
                r.id(),
                r.frontend(),
                r.model(),
                TopologyAnswer.word(r.endpoint()),
                r.streaming(),
                TopologyAnswer.word(r.phase()),
                orNull(r.detail()),
                moments.at(r.receivedAtNanos()),
                since(r.receivedAtNanos(), r.firstTokenAtNanos()),
                since(r.receivedAtNanos(), r.endedAtNanos()),
                r.promptTokens(),
                r.maxTokens(),
                r.deliveredTokens(),
                r.cachedTokens(),
                r.migrations(),
                r.attempts().stream().map(a -> attempt(a, moments)).toList());
    }

    private static Attempt attempt(AttemptView a, Moments moments) {
        return new Attempt(
                a.number(),
                orNull(a.node()),
                Long.toHexString(a.instance()),
                moments.at(a.routedAtNanos()),
                moments.maybeAt(a.firstTokenAtNanos()),
                moments.maybeAt(a.endedAtNanos()),
                orNull(a.brokeBecause()),
                a.deliveredBefore());
    }

    private static @Nullable Double since(long fromNanos, long toNanos) {
        return toNanos < 0 ? null : Moments.millis(toNanos - fromNanos);
    }

    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
