package io.faultline.sim.run;

import io.faultline.runtime.event.Digest;
import io.faultline.sim.cluster.RequestTally;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// One subject over a range of seeds. Each seed is a run of its own that shares nothing with the others, so they
/// go to whatever threads the caller brings; the sum is made in the order of the seeds and does not depend on
/// them.
///
/// @param subject what is run, for reports
/// @param run runs one seed
public record Campaign(String subject, LongFunction<SimulationResult> run) {
    /// Failing results that are kept whole; of further ones only the seed.
    public static final int FAILURES_KEPT = 20;

    /// Seeds that are handed to the executor ahead of the one that is waited for.
    private static final int AHEAD = 64;

    /// Runs all seeds and waits for them.
    ///
    /// @param executor brings the threads; it is not shut down
    /// @param finished hears every result on the calling thread, in the order of the seeds
    public CampaignResult over(SeedRange seeds, ExecutorService executor, Consumer<SimulationResult> finished)
            throws InterruptedException {
        Sum sum = new Sum();
        Queue<Future<SimulationResult>> ahead = new ArrayDeque<>();
        try {
            long next = seeds.first();
            for (long seed = seeds.first(); seed <= seeds.last(); seed++) {
                while (next <= seeds.last() && ahead.size() < AHEAD) {
                    long submitted = next++;
                    ahead.add(executor.submit(() -> run.apply(submitted)));
                }
                SimulationResult result = ahead.remove().get();
                sum.add(result);
                finished.accept(result);
            }
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a run broke the simulator itself", broken.getCause());
        } finally {
            ahead.forEach(left -> left.cancel(true));
        }
        return sum.result(subject, seeds);
    }

    /// Confined to the calling thread.
    private static final class Sum {
        private final Digest digest = new Digest();
        private final List<Long> failedSeeds = new ArrayList<>();
        private final List<SimulationResult> failures = new ArrayList<>();
        private RequestTally requests = new RequestTally(0, 0, 0, 0, 0, 0, 0, 0);
        private int violations;
        private long simulatedNanos;
        private long events;
        private long turns;

        void add(SimulationResult result) {
            digest.add(result.digest());
            requests = requests.plus(result.requests());
            violations += result.violations().size();
            simulatedNanos += result.simulatedNanos();
            events += result.events();
            turns += result.turns();
            if (!result.isPassed()) {
                failedSeeds.add(result.seed());
                if (failures.size() < FAILURES_KEPT) {
                    failures.add(result);
                }
            }
        }

        CampaignResult result(String subject, SeedRange seeds) {
            return new CampaignResult(
                    subject,
                    seeds,
                    digest.hex(),
                    violations,
                    simulatedNanos,
                    events,
                    turns,
                    requests,
                    List.copyOf(failedSeeds),
                    List.copyOf(failures));
        }
    }
}
