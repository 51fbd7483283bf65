package io.faultline.runtime.history;

import java.util.List;
import java.util.Map;

/// Remote prefill as it is now and was lately. Immutable.
///
/// @param workers prefill workers that were ever there, by name
/// @param waiting jobs in the queue that nobody has
/// @param inDelivery jobs that prefill workers have
/// @param oldestNanos age of the oldest job when the queue last told
/// @param totals since the cluster started
/// @param seconds oldest first, at most [PrefillFold#SECONDS_KEPT]
/// @param newest prompts, newest first
public record PrefillSnapshot(
        List<PrefillWorkerView> workers,
        int waiting,
        int inDelivery,
        long oldestNanos,
        Totals totals,
        List<PrefillSecond> seconds,
        List<PrefillView> newest) {
    public static PrefillSnapshot empty() {
        return new PrefillSnapshot(List.of(), 0, 0, 0, new Totals(0, 0, 0, 0, 0, 0, 0, Map.of()), List.of(), List.of());
    }

    /// @param jobs that it has now
    /// @param computedTokens since it was first started
    /// @param handedOver prompts, since then
    /// @param spooledBytes in its spool now
    public record PrefillWorkerView(
            String node, boolean isUp, int jobs, long computedTokens, int handedOver, long spooledBytes) {}

    /// @param queued prompts that were put into the queue
    /// @param redelivered jobs that the queue gave to a second worker
    /// @param declined hand-overs that nobody wanted: late ones and second ones
    /// @param bytes handed over
    /// @param fallbacks prompts that were prefilled locally after all, by reason
    public record Totals(
            int queued,
            int handedOver,
            int fellBack,
            int withdrawn,
            int redelivered,
            int declined,
            long bytes,
            Map<String, Integer> fallbacks) {}

    /// @param waiting the most jobs that waited in it
    /// @param oldestNanos the greatest age
    /// @param spooledBytes in all spools at its end
    public record PrefillSecond(
            long second, int waiting, long oldestNanos, int handedOver, int fellBack, long spooledBytes) {}
}
