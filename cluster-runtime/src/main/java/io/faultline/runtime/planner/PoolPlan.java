package io.faultline.runtime.planner;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import java.util.ArrayDeque;
import java.util.Deque;

/// One pool in the planner's eyes: what it wants, and the load of the last few polls, whose mean counts. Confined to
/// the planner's loop.
final class PoolPlan {
    private static final int SAMPLES = 3;

    private final Pool pool;
    private final int initial;
    private final Deque<PoolLoad> samples = new ArrayDeque<>(SAMPLES);
    private PoolMemory memory;
    private boolean established;

    PoolPlan(Pool pool, int initial) {
        this.pool = pool;
        this.initial = initial;
        this.memory = PoolMemory.of(initial);
    }

    Pool pool() {
        return pool;
    }

    NodeRole role() {
        return pool.role();
    }

    int initial() {
        return initial;
    }

    /// Whether the target is known to stand in the store.
    boolean isEstablished() {
        return established;
    }

    int desired() {
        return memory.desired();
    }

    PoolMemory memory() {
        return memory;
    }

    void remember(PoolMemory next) {
        memory = next;
        established = true;
    }

    /// @param observed what [#observedText] wrote, or empty
    void takeOver(int stored, String observed) {
        PoolMemory taken = PoolMemory.of(stored);
        String[] words = observed.split(" ", -1);
        if (words.length == 2 && words[1].equals(Integer.toString(stored)) && words[0].matches("[0-9]{1,6}")) {
            taken = taken.reducedTo(stored, Integer.parseInt(words[0]));
        }
        remember(taken);
    }

    static String observedText(PoolMemory memory) {
        return memory.rollBackTo() + " " + memory.desired();
    }

    void sample(PoolLoad load) {
        if (samples.size() == SAMPLES) {
            samples.remove();
        }
        samples.add(load);
    }

    /// The samples so far say nothing about what comes.
    void forget() {
        samples.clear();
    }

    PoolLoad load() {
        if (samples.isEmpty()) {
            return new PoolLoad(0, 0, 0, 0);
        }
        PoolLoad last = samples.getLast();
        double kvUse = samples.stream().mapToDouble(PoolLoad::kvUse).average().orElse(0);
        double queued = samples.stream().mapToDouble(PoolLoad::queued).average().orElse(0);
        return new PoolLoad(last.ready(), last.reporting(), kvUse, queued);
    }
}
