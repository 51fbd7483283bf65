package io.faultline.runtime.history;

import java.util.List;

/// Is the service keeping its promises? Immutable. Counts are since the cluster started; quantiles are over the
/// last [ServiceFold#WINDOW_NANOS] of virtual or real time, -1 when nothing fell into it; durations in
/// nanoseconds.
///
/// @param successRatio served of all that ended in the window: completed / (completed + failed + rejected); -1
///     when none ended
/// @param keptRatio served of those that the service took on or ought to have: as successRatio, without those refused
///     on purpose ([RejectReason#isProtection]), who were told at once when to come back; requests that reached no
///     frontend and those lost with one are in it; -1 when none ended
/// @param refusedRatio refused on purpose, of all that ended in the window; 0 when none ended
/// @param answersDiffering load-client answers that were not identical to the undisturbed ones; must be 0
/// @param flow the same measured against the objectives
/// @param seconds per-second buckets, oldest first, at most [ServiceFold#SECONDS_KEPT]
public record ServiceSnapshot(
        long atNanos,
        int inFlight,
        long received,
        long completed,
        long failed,
        long cancelled,
        long rejected,
        double successRatio,
        double keptRatio,
        double refusedRatio,
        double requestsPerSecond,
        double tokensPerSecond,
        long ttftP50Nanos,
        long ttftP99Nanos,
        long itlP50Nanos,
        long itlP99Nanos,
        long durationP50Nanos,
        long durationP99Nanos,
        long migrationsStarted,
        long migrationsCompleted,
        long migrationsFailed,
        long migrationGapP50Nanos,
        long migrationGapP99Nanos,
        long answersChecked,
        long answersDiffering,
        long outputTokens,
        FlowView flow,
        List<SecondView> seconds) {
    /// Of a cluster that was asked for nothing yet.
    public static ServiceSnapshot empty() {
        return new ServiceFold(Objectives.defaults()).snapshot(0);
    }

    /// The seconds that are over: the newest, of which a part is still to come, would look like a slump.
    public List<SecondView> wholeSeconds() {
        return seconds.isEmpty() ? seconds : seconds.subList(0, seconds.size() - 1);
    }

    /// What happened in one second of the cluster's time.
    /// @param second number of the second, from 0
    /// @param unserved failed, or rejected because there was nobody to serve it
    /// @param inFlight at its end
    /// @param ttftP99Nanos of the first tokens in it, -1 when none
    public record SecondView(
            long second,
            int received,
            int completed,
            int failed,
            int rejected,
            int unserved,
            int cancelled,
            int migrations,
            int tokens,
            int inFlight,
            long ttftP99Nanos) {}
}
