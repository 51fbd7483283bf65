package io.faultline.sim.run;

import io.faultline.sim.cluster.RequestTally;

/// The last line of `simulate`: one JSON object that scripts read. Its keys are a contract; keys may be added,
/// never renamed. Times are seconds as decimal numbers, written the same in every locale.
public final class ResultLine {
    private static final long MILLIS = 1_000_000L;

    private ResultLine() {}

    /// @param wallNanos how long the run took, by the caller's clock
    public static String of(SimulationResult result, long wallNanos) {
        return line(
                Long.toString(result.seed()),
                result.digest(),
                result.outcome(),
                new Sums(
                        result.violations().size(),
                        result.simulatedNanos(),
                        result.events(),
                        result.turns(),
                        result.requests()),
                wallNanos,
                "");
    }

    /// One line for a whole campaign: `seed` is its range as text, the digest that of the seeds' digests in their
    /// order, everything else a sum.
    public static String of(CampaignResult result, long wallNanos) {
        return line(
                '"' + result.seeds().toString() + '"',
                result.digest(),
                result.failedSeeds().isEmpty() ? SimulationResult.PASSED : SimulationResult.FAILED,
                new Sums(
                        result.violations(),
                        result.simulatedNanos(),
                        result.events(),
                        result.turns(),
                        result.requests()),
                wallNanos,
                ",\"seeds\":" + result.seeds().count() + ",\"failedSeeds\":" + result.failedSeeds());
    }

    private record Sums(int violations, long simulatedNanos, long events, long turns, RequestTally requests) {}

    private static String line(String seed, String digest, String outcome, Sums sums, long wallNanos, String more) {
        RequestTally requests = sums.requests;
        return "{\"seed\":" + seed
                + ",\"digest\":\"" + digest
                + "\",\"outcome\":\"" + outcome
                + "\",\"violations\":" + sums.violations
                + ",\"simulatedSeconds\":" + seconds(sums.simulatedNanos)
                + ",\"events\":" + sums.events
                + ",\"turns\":" + sums.turns
                + ",\"wallSeconds\":" + seconds(wallNanos)
                + ",\"requests\":" + requests.received()
                + ",\"completed\":" + requests.completed()
                + ",\"failed\":" + requests.failed()
                + ",\"cancelled\":" + requests.cancelled()
                + ",\"migrated\":" + requests.migrated()
                + ",\"rejected\":" + requests.rejected()
                + ",\"lost\":" + requests.lost()
                + more
                + '}';
    }

    /// With three decimals.
    private static String seconds(long nanos) {
        long millis = (nanos + MILLIS / 2) / MILLIS;
        String fraction = Long.toString(1_000 + millis % 1_000).substring(1);
        return millis / 1_000 + "." + fraction;
    }
}
