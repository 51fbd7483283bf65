package io.faultline.backend.api;

import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.judgement.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The verdict on the service and what clients feel. Counts are since the cluster started, everything else over the
/// last 30 s.
///
/// @param verdict healthy, degraded, down or unknown
/// @param sentence the verdict in words
/// @param because what is wrong, the worst first; empty when nothing is
/// @param successRatio completed of all that ended; null when none ended
/// @param keptRatio the same without those that were rejected to protect the others; requests that reached no frontend
///     count as failed; null when none ended
/// @param refusedRatio those rejected, of all that ended
/// @param answersDiffering answers of the synthetic clients that were not identical to the undisturbed ones
record ServiceAnswer(
        Instant at,
        String verdict,
        String sentence,
        List<Because> because,
        int inFlight,
        Requests requests,
        @Nullable Double successRatio,
        @Nullable Double keptRatio,
        double refusedRatio,
        double requestsPerSecond,
        double tokensPerSecond,
        long outputTokens,
        Quantiles ttftMillis,
        Quantiles itlMillis,
        Quantiles durationMillis,
        Migrations migrations,
        long answersChecked,
        long answersDiffering) {

    /// One finding.
    /// @param rule that found it
    /// @param level degraded or down
    /// @param felt whether it was measured where clients feel it
    /// @param actor who acts: a component or the operator
    /// @param subject the node that it is about; null when it is about none alone
    /// @param view the console's page that shows more
    /// @param since null when that is not known
    record Because(
            String rule,
            String level,
            boolean felt,
            String what,
            String impact,
            String actor,
            String action,
            @Nullable String subject,
            String view,
            @Nullable Instant since) {
        static Because of(Finding f, ConsoleFrame frame) {
            return new Because(
                    f.rule().word(),
                    f.level().word(),
                    f.isFelt(),
                    f.what(),
                    f.impact(),
                    f.actor(),
                    f.action(),
                    f.subject().isEmpty() ? null : f.subject(),
                    f.place().name().toLowerCase(Locale.ROOT),
                    f.sinceNanos() < 0 ? null : frame.at(f.sinceNanos()));
        }
    }

    record Requests(long received, long completed, long failed, long cancelled, long rejected) {}

    /// Null when nothing fell into the window.
    record Quantiles(@Nullable Double p50, @Nullable Double p99) {}

    record Migrations(long started, long completed, long failed, Quantiles gapMillis) {}

    static ServiceAnswer of(ConsoleFrame frame) {
        ServiceSnapshot s = frame.service();
        return new ServiceAnswer(
                frame.at(frame.nowNanos()),
                frame.verdict().level().word(),
                frame.verdict().sentence(),
                frame.verdict().findings().stream()
                        .map(f -> Because.of(f, frame))
                        .toList(),
                s.inFlight(),
                new Requests(s.received(), s.completed(), s.failed(), s.cancelled(), s.rejected()),
                ratio(s.successRatio()),
                ratio(s.keptRatio()),
                s.refusedRatio(),
                s.requestsPerSecond(),
                s.tokensPerSecond(),
                s.outputTokens(),
                quantiles(s.ttftP50Nanos(), s.ttftP99Nanos()),
                quantiles(s.itlP50Nanos(), s.itlP99Nanos()),
                quantiles(s.durationP50Nanos(), s.durationP99Nanos()),
                new Migrations(
                        s.migrationsStarted(),
                        s.migrationsCompleted(),
                        s.migrationsFailed(),
                        quantiles(s.migrationGapP50Nanos(), s.migrationGapP99Nanos())),
                s.answersChecked(),
                s.answersDiffering());
    }

    private static @Nullable Double ratio(double share) {
        return share < 0 ? null : Double.valueOf(share);
    }

    private static Quantiles quantiles(long p50Nanos, long p99Nanos) {
        return new Quantiles(Moments.millis(p50Nanos), Moments.millis(p99Nanos));
    }
}
