package io.faultline.runtime.event;

/// Decisions of the planner and orders of the orchestrator.
public sealed interface ScalingEvent extends EventRecord {
    /// The planner's verdict on a pool at the end of an interval, with all that it was reached from.
    /// @param decision number of the last decision that was written
    /// @param from workers wanted before
    /// @param to workers wanted from now on
    /// @param ready workers in discovery
    /// @param reporting those of them whose load is known
    /// @param kvUse share of their KV blocks that sequences reference
    /// @param queued requests that wait at them
    /// @param queueTrend by how much more wait per worker than an interval ago
    /// @param badIntervals harmful intervals in a row since a decision that took workers away
    /// @param holdOffIntervals for how many more nothing is taken away
    record PlannerDecided(
            long decision,
            NodeRole pool,
            DecisionKind kind,
            int from,
            int to,
            int ready,
            int reporting,
            double kvUse,
            double queued,
            double queueTrend,
            int badIntervals,
            int holdOffIntervals,
            String why)
            implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(decision)
                    .add(pool)
                    .add(kind)
                    .add(from)
                    .add(to)
                    .add(ready)
                    .add(reporting)
                    .add(kvUse)
                    .add(queued)
                    .add(queueTrend)
                    .add(badIntervals)
                    .add(holdOffIntervals)
                    .add(why);
        }
    }

    enum DecisionKind {
        /// Nothing changes.
        HOLD,
        UP,
        DOWN,
        /// A decision is undone.
        ROLL_BACK,
        /// Against its own judgement.
        FORCED,
        /// The target was written for the first time or again, or taken over from the store.
        ESTABLISHED
    }

    /// An orchestrator gives the orders from now on.
    /// @param epoch orders of a lower one are refused
    /// @param running managed processes that it found
    record OrchestratorTookOver(long epoch, int machines, int running) implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(epoch).add(machines).add(running);
        }
    }

    /// A machine came, went, or came back.
    /// @param gpus slots for workers
    record MachineChanged(String machine, int gpus, boolean up, String why) implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(machine).add(gpus).add(up).add(why);
        }
    }

    /// Nothing new is started on a machine from now on; what runs there stays.
    /// @param by a person, or the orchestrator itself
    /// @param forNanos how long; 0 = until somebody lifts it
    record MachineCordoned(String machine, String by, String why, long forNanos) implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(machine).add(by).add(why).add(forNanos);
        }
    }

    record MachineUncordoned(String machine, String by) implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(machine).add(by);
        }
    }

    /// The orchestrator ordered a process to be started.
    /// @param machine empty = on no machine of the pool
    /// @param start how often it was ordered, from 1
    record ProcessPlaced(String process, NodeRole role, String machine, int start) implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(role).add(machine).add(start);
        }
    }

    /// There is no machine for a process.
    record ProcessUnplaced(String process, String why) implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(why);
        }
    }

    /// The orchestrator ordered a process to stop for good.
    record ProcessRetired(String process, String machine, String why) implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(machine).add(why);
        }
    }

    /// A process ended that should run.
    /// @param failures ends in a row, each soon after its start
    /// @param delayNanos until it is started again
    record RestartScheduled(String process, String machine, int failures, long delayNanos, String why)
            implements ScalingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(machine).add(failures).add(delayNanos).add(why);
        }
    }
}
