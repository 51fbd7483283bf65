package io.faultline.backend.api;

import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.runtime.history.ServiceSnapshot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Is the service keeping its promises? Counts are since the cluster started, everything else over the last 30 s.
///
/// @param successRatio completed of all that ended
/// @param keptRatio the same without those that were refused to protect the others
/// @param refusedRatio those, of all that ended
/// @param answersDiffering answers of the synthetic clients that were not identical to the undisturbed ones
record ServiceAnswer(
        Instant at,
        int inFlight,
        Requests requests,
        double successRatio,
        double keptRatio,
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

    record Requests(long received, long completed, long failed, long cancelled, long rejected) {}

    /// Null when nothing fell into the window.
    record Quantiles(@Nullable Double p50, @Nullable Double p99) {}

    record Migrations(long started, long completed, long failed, Quantiles gapMillis) {}

    static ServiceAnswer of(ConsoleFrame frame) {
        ServiceSnapshot s = frame.service();
        return new ServiceAnswer(
                frame.at(frame.nowNanos()),
                s.inFlight(),
                new Requests(s.received(), s.completed(), s.failed(), s.cancelled(), s.rejected()),
                s.successRatio(),
                s.keptRatio(),
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

    private static Quantiles quantiles(long p50Nanos, long p99Nanos) {
        return new Quantiles(Moments.millis(p50Nanos), Moments.millis(p99Nanos));
    }
}
