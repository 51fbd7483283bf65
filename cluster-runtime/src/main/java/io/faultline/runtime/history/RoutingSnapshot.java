package io.faultline.runtime.history;

import java.util.List;

/// What routers did and how they are. Immutable.
///
/// @param decisions the newest, oldest first
/// @param seconds the last ones, oldest first, those without a decision left out
/// @param routers by name
/// @param fallbacks newest first
/// @param decided choices of all routers, ever
/// @param declined answers that a frontend had no use for, ever
/// @param resyncs of routers' indices, ever, the first word of each worker left out
public record RoutingSnapshot(
        List<Decision> decisions,
        List<RoutingSecond> seconds,
        List<RouterView> routers,
        List<FallbackView> fallbacks,
        long decided,
        long declined,
        long resyncs) {
    public static RoutingSnapshot empty() {
        return new RoutingSnapshot(List.of(), List.of(), List.of(), List.of(), 0, 0, 0);
    }

    /// @param worker its node, or its instance where that is not known
    /// @param overlapBlocks leading blocks of the prompt that the worker held
    /// @param bestOverlapBlocks the most that any candidate held
    /// @param decodeBlocks that the worker's sequences held with this one
    /// @param nextCost of the cheapest other candidate
    public record Decision(
            long atNanos,
            String router,
            String request,
            String worker,
            int promptBlocks,
            int overlapBlocks,
            int bestOverlapBlocks,
            int decodeBlocks,
            double cost,
            double nextCost,
            int candidates) {
        /// Share of the prompt that the worker held.
        public double overlap() {
            return promptBlocks == 0 ? 0 : (double) overlapBlocks / promptBlocks;
        }
    }

    /// @param promptBlocks of all prompts that were decided on in this second
    public record RoutingSecond(long second, int decided, long promptBlocks, long overlapBlocks) {
        public double hitRate() {
            return promptBlocks == 0 ? 0 : (double) overlapBlocks / promptBlocks;
        }
    }

    /// @param isReady may be asked
    /// @param synced workers whose cache it knows
    /// @param decided in all its lives
    public record RouterView(
            String name, boolean isReady, int workers, int synced, long blocks, int sequences, long decided) {}

    /// @param untilNanos -1 = still
    /// @param requests for which the frontend chose by itself
    public record FallbackView(
            String frontend, long fromNanos, long untilNanos, String mode, String because, long requests) {}
}
