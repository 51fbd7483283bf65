package io.faultline.sim.scenario;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `retry-storm`: more is asked for than a cluster can serve, in turn by clients that take no for an answer and by
/// clients that send every refused request again at once, three times; then they stop. Beyond the invariants:
///
/// - *the storm costs nothing*: as many requests as without it, less [#LOSS_MAX], complete with a good first token
/// - *it passes by itself*: [#RECOVERY_NANOS] after the last request nobody is refused, and every answer is good
///
/// Good is a first token within [#TTFT_FACTOR] times the slowest that a client saw in the calm.
public final class RetryStorm implements Scenario {
    private static final long SECOND = 1_000_000_000L;
    private static final long CALM_NANOS = 10 * SECOND;
    /// In which the limit is found.
    private static final long SETTLE_NANOS = 10 * SECOND;
    /// With and without retries in turn, so that a limit which moves by itself does neither any good.
    private static final int ROUNDS = 3;

    private static final long ROUND_NANOS = 8 * SECOND;
    private static final long RECOVERY_NANOS = 5 * SECOND;
    private static final int RETRIES = 3;
    /// Two stretches of one overload differ by some 2 % (standard deviation over 60 seeds), with or without retries.
    private static final double LOSS_MAX = 0.08;
    /// Above the multiple at which the adaptive limit holds first tokens, or the limit's rest would decide.
    private static final int TTFT_FACTOR = 5;

    @Override
    public String name() {
        return "retry-storm";
    }

    @Override
    public String summary() {
        return "Clients send what was refused again at once, three times; goodput holds, and it passes by itself.";
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        Draws draws = new Draws(new RandomSource(seed).fork(name()));
        int workers = draws.count("decode workers", 2, 4);
        AdmissionConfig admission = AdmissionConfig.adaptiveLimit();
        if (draws.oneOf("thresholds as well", false, true)) {
            admission = admission.withThresholds(
                    new BusyThresholds(draws.count("decode blocks threshold (%)", 60, 90) / 100.0, null, null));
        }
        ClusterConfig cluster = new ClusterConfig(
                        "faultline-13b",
                        draws.count("frontends", 1, 2),
                        workers,
                        512,
                        draws.spread("KV blocks", 1_000, 4_000),
                        256,
                        1.0,
                        3,
                        10 * SECOND)
                .withAdmission(admission);
        int promptMax = draws.spread("longest prompt", 32, 300);
        OpenLoadSpec kind = new OpenLoadSpec(1, promptMax / 4, promptMax, 20, 60, List.of(Caller.ANYBODY), 0, 0);
        OpenLoadSpec load =
                kind.at(draws.count("multiple of capacity", 2, 4) * Capacity.measure(seed, draws, cluster, kind));
        ScenarioRun run = ScenarioRun.begin(name(), seed, SimulationConfig.of(cluster), options, draws);
        return run.result(new Story(run.cluster(), load, workers).play());
    }

    private static final class Story {
        private final SimulatedCluster cluster;
        private final OpenLoadSpec load;
        private final double calmRate;
        private long goodTtftNanos;

        Story(SimulatedCluster cluster, OpenLoadSpec load, double calmRate) {
            this.cluster = cluster;
            this.load = load;
            this.calmRate = calmRate;
        }

        /// Why it failed, if it did for another reason than a broken invariant.
        Optional<String> play() {
            if (!cluster.awaitStart()) {
                return Optional.empty();
            }
            goodTtftNanos = TTFT_FACTOR
                    * offer(load.at(calmRate), CALM_NANOS).stream()
                            .mapToLong(ObservedAnswer::ttftNanos)
                            .max()
                            .orElseThrow(() -> new IllegalStateException("nobody was served in the calm"));
            offer(load, SETTLE_NANOS);
            OpenLoadSpec impatient = load.retrying(RETRIES, 0);
            List<ObservedAnswer> polite = new ArrayList<>();
            List<ObservedAnswer> storm = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                polite.addAll(offer(load, ROUND_NANOS));
                storm.addAll(offer(impatient, ROUND_NANOS));
            }
            if (!cluster.holds()) {
                return Optional.empty();
            }
            long without = good(polite);
            long during = good(storm);
            if (without == 0 || during < (1 - LOSS_MAX) * without) {
                return Optional.of(during + " good answers while clients retried, " + without + " while they did not");
            }
            if (refused(storm) == 0) {
                return Optional.of("nobody was refused: this was no storm");
            }
            return cluster.runFor(RECOVERY_NANOS) ? passed() : Optional.empty();
        }

        private Optional<String> passed() {
            List<ObservedAnswer> answers = offer(load.at(calmRate), CALM_NANOS);
            cluster.stabilise();
            long refused = refused(answers);
            long slow = answers.size() - refused - good(answers);
            return refused + slow == 0
                    ? Optional.empty()
                    : Optional.of("of " + answers.size() + " requests after the storm " + refused + " were refused and "
                            + slow + " were slow");
        }

        /// What became of requests that ended while this was asked for.
        private List<ObservedAnswer> offer(OpenLoadSpec spec, long nanos) {
            List<ObservedAnswer> ended = new ArrayList<>();
            LoadRun run = cluster.load().start(spec, ended::add);
            cluster.runFor(nanos);
            run.drain();
            return List.copyOf(ended);
        }

        private long good(List<ObservedAnswer> answers) {
            return answers.stream()
                    .filter(a -> a.outcome() instanceof Outcome.Completed && a.ttftNanos() <= goodTtftNanos)
                    .count();
        }

        private static long refused(List<ObservedAnswer> answers) {
            return answers.stream()
                    .filter(a -> a.outcome() instanceof Outcome.Rejected)
                    .count();
        }
    }
}
