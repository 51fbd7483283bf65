package io.faultline.runtime.planner;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/// How a planner plans. Defaults are those of Dynamo's load-based planner.
///
/// @param pollNanos time between two looks at the workers' load; default 1 s
/// @param intervalNanos time between two decisions; default 30 s, at least two polls
/// @param pools what is scaled; empty = no planner
/// @param rollBack when a decision is undone
/// @param graceIntervals how long a new worker is safe from being taken away again; default 3
/// @param scalingWaitNanos how long a decision that is not carried out holds up the next one; default 1800 s
@RecordBuilder
public record PlannerConfig(
        long pollNanos,
        long intervalNanos,
        List<Pool> pools,
        RollBack rollBack,
        int graceIntervals,
        long scalingWaitNanos)
        implements PlannerConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public PlannerConfig {
        pools = List.copyOf(pools);
        Invariants.check(pollNanos > 0, "a poll takes more than 0 ns");
        Invariants.check(intervalNanos >= 2 * pollNanos, "an interval (%s ns) has at least two polls", intervalNanos);
        Invariants.check(graceIntervals >= 0 && scalingWaitNanos > 0, "waits are not negative");
    }

    /// Workers of one role.
    ///
    /// @param component under which they register
    /// @param min fewest workers, at least 1
    /// @param max most workers: the GPU budget
    /// @param kvUp KV use above which one is added, share of the blocks of all
    /// @param kvDown KV use below which one is taken away
    /// @param queueUp waiting requests per worker above which one is added
    /// @param queueDown waiting requests per worker below which one is taken away
    /// @param queue where work waits that no worker has taken yet, and counts as theirs; empty = it waits at the
    ///     workers
    @RecordBuilder
    public record Pool(
            NodeRole role,
            String component,
            int min,
            int max,
            double kvUp,
            double kvDown,
            double queueUp,
            double queueDown,
            Optional<String> queue)
            implements PlannerConfigPoolBuilder.With {
        public Pool {
            Invariants.check(min >= 1 && min <= max, "1 <= min <= max workers, not %s and %s", min, max);
            Invariants.check(kvDown < kvUp && queueDown < queueUp, "a pool grows above what it shrinks below");
        }

        /// With Dynamo's thresholds: KV use 0.5 to 0.9, 0.2 to 5 waiting requests per worker.
        public static Pool of(NodeRole role, String component, int min, int max) {
            return new Pool(role, component, min, max, 0.9, 0.5, 5.0, 0.2, Optional.empty());
        }

        /// The same between other KV uses.
        public Pool withKv(double down, double up) {
            return with(b -> b.kvUp(up).kvDown(down));
        }

        /// The same, whose work waits in a queue.
        public Pool withQueue(String name) {
            return withQueue(Optional.of(name));
        }
    }

    /// A decision to take workers away is undone when things are this bad for so long after it.
    ///
    /// @param kvUse share of the KV blocks; default 0.95
    /// @param queued waiting requests, in all; default 100
    /// @param intervals consecutive intervals; default 3
    /// @param holdOffIntervals how long nothing is taken away afterwards; default 10
    public record RollBack(double kvUse, int queued, int intervals, int holdOffIntervals) {
        public RollBack {
            Invariants.check(intervals >= 1, "at least one interval shows that a decision was wrong");
        }

        public static RollBack defaults() {
            return new RollBack(0.95, 100, 3, 10);
        }
    }

    public static PlannerConfig off() {
        return defaults(List.of());
    }

    public static PlannerConfig defaults(List<Pool> pools) {
        return new PlannerConfig(SECOND, 30 * SECOND, pools, RollBack.defaults(), 3, 1800 * SECOND);
    }

    public boolean isOn() {
        return !pools.isEmpty();
    }
}
