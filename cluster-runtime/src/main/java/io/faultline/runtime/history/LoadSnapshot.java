package io.faultline.runtime.history;

import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import java.util.List;
import java.util.Map;

/// How loaded the workers are, what is refused because of it, and by which rules. Immutable.
///
/// @param workers that run and have told their load, by name
/// @param thresholds in force, by frontend and model; those without any are left out
/// @param limits adaptive ones, by frontend and model
/// @param rejections since the cluster started; reasons that never came are left out
/// @param seconds oldest first, at most [LoadFold#SECONDS_KEPT]
public record LoadSnapshot(
        List<WorkerLoad> workers,
        List<Thresholds> thresholds,
        List<Limit> limits,
        Map<RejectReason, Integer> rejections,
        List<LoadSecond> seconds) {
    public static LoadSnapshot empty() {
        return new LoadSnapshot(List.of(), List.of(), List.of(), Map.of(), List.of());
    }

    /// @param busyFor names of the frontends for which it is over a threshold
    public record WorkerLoad(
            String node,
            String model,
            int activeDecodeBlocks,
            int kvBlocks,
            int activePrefillTokens,
            int running,
            int waiting,
            List<String> busyFor) {
        /// Share of its KV blocks in use, 0 to 1.
        public double decodeShare() {
            return kvBlocks == 0 ? 0 : (double) activeDecodeBlocks / kvBlocks;
        }
    }

    /// -1 = none.
    /// @param decodeBlocks share of an instance's KV blocks
    /// @param prefillTokens prompt tokens still to be computed
    /// @param prefillShare the same as a multiple of the tokens of an iteration
    /// @param by who set them
    public record Thresholds(
            String frontend, String model, double decodeBlocks, long prefillTokens, double prefillShare, String by) {
        public boolean isNone() {
            return decodeBlocks < 0 && prefillTokens < 0 && prefillShare < 0;
        }
    }

    /// @param inFlight when the limit last moved
    /// @param ttftRatio of late, as a multiple of the uncongested; 0 = unknown
    public record Limit(String frontend, String model, int limit, int inFlight, double ttftRatio, double itlRatio) {}

    /// @param rejections reasons that did not come are left out
    /// @param arrived requests by class of priority; classes that did not come are left out
    /// @param refused those of them that were refused
    /// @param limit of all frontends and models together at its end; -1 without one
    public record LoadSecond(
            long second,
            Map<RejectReason, Integer> rejections,
            Map<PriorityClass, Integer> arrived,
            Map<PriorityClass, Integer> refused,
            int limit) {}
}
