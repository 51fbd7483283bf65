package io.faultline.sim.scenario;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.NodeId;
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

/// `steady-overload`: several times as many requests as a cluster can serve, for a while; in some seeds a
/// worker dies meanwhile and comes back. The cluster sheds by busy thresholds, by its adaptive limit, or by
/// both. Beyond the invariants:
///
/// - *it keeps refusing*: there are refusals in every stretch of the overload
/// - *it keeps serving*: there are whole answers in every stretch
/// - *it recovers*: when the overload has ended and the bound for that is over, nobody is refused
public final class SteadyOverload implements Scenario {
    private static final long SECOND = 1_000_000_000L;
    private static final long STRETCH_NANOS = 5 * SECOND;
    /// How long after the last request of an overload its traces may last: what was asked for is remembered a
    /// while.
    private static final long RECOVERY_NANOS = 5 * SECOND;

    @Override
    public String name() {
        return "steady-overload";
    }

    @Override
    public String summary() {
        return "A multiple of what a cluster can serve is asked for a while; it sheds, serves and recovers.";
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        Draws draws = new Draws(new RandomSource(seed).fork(name()));
        int workers = draws.count("decode workers", 2, 5);
        double multiple = draws.count("multiple of capacity", 2, 4);
        AdmissionConfig admission = admission(draws);
        ClusterConfig cluster = new ClusterConfig(
                        "faultline-13b",
                        draws.count("frontends", 1, 2),
                        workers,
                        512,
                        draws.spread("KV blocks", 200, 2_000),
                        draws.spread("sequences in a batch", 16, 256),
                        1.0,
                        3,
                        10 * SECOND)
                .withAdmission(admission);
        int promptMax = draws.spread("longest prompt", 32, 300);
        OpenLoadSpec kind = new OpenLoadSpec(
                1,
                promptMax / 2,
                promptMax,
                20,
                60,
                List.of(new Caller(3, 0, "one"), new Caller(1, 0, "two"), new Caller(1, 1, ""), new Caller(1, -1, "")),
                draws.oneOf("retries", 0, 0, 3),
                50_000_000L);
        OpenLoadSpec load = kind.at(multiple * Capacity.measure(seed, draws, cluster, kind));
        ScenarioRun run = ScenarioRun.begin(name(), seed, SimulationConfig.of(cluster), options, draws);
        int stretches = draws.count("stretches of overload", 3, 6);
        boolean kills = draws.oneOf("a worker dies", false, true);
        return run.result(new Story(run.cluster(), load, stretches, kills).play());
    }

    private static AdmissionConfig admission(Draws draws) {
        String mode = draws.oneOf("shedding", "thresholds", "adaptive", "both");
        AdmissionConfig config = AdmissionConfig.off();
        if (!mode.equals("adaptive")) {
            config = config.withThresholds(new BusyThresholds(
                    draws.count("decode blocks threshold (%)", 20, 90) / 100.0,
                    (long) draws.spread("prefill tokens threshold", 200, 2_000),
                    null));
        }
        return mode.equals("thresholds") ? config : config.withAdaptive(true);
    }

    private record Story(SimulatedCluster cluster, OpenLoadSpec load, int stretches, boolean kills) {
        /// Why it failed, if it did for another reason than a broken invariant.
        Optional<String> play() {
            if (!cluster.awaitStart()) {
                return Optional.empty();
            }
            List<ObservedAnswer> answers = new ArrayList<>();
            LoadRun overload = cluster.load().start(load, answers::add);
            for (int stretch = 0; stretch < stretches; stretch++) {
                if (kills && stretch == 1) {
                    cluster.control().kill(new NodeId("decode-0"));
                    cluster.operator()
                            .after(STRETCH_NANOS, () -> cluster.control().bringBack(new NodeId("decode-0")));
                }
                answers.clear();
                if (!cluster.runFor(STRETCH_NANOS)) {
                    return Optional.empty();
                }
                // The first stretch may pass while queues fill and the limit is being found.
                if (stretch > 0 && count(answers, Outcome.Rejected.class) == 0) {
                    return Optional.of("nobody was refused in stretch " + stretch + " of a steady overload");
                }
                if (count(answers, Outcome.Completed.class) == 0) {
                    return Optional.of("nobody was served in stretch " + stretch + " of the overload");
                }
            }
            overload.drain();
            cluster.heal();
            return cluster.stabilise() && cluster.runFor(RECOVERY_NANOS) ? recovered() : Optional.empty();
        }

        private Optional<String> recovered() {
            List<ObservedAnswer> answers = new ArrayList<>();
            LoadRun light = cluster.load().start(load.at(1), answers::add);
            cluster.runFor(STRETCH_NANOS);
            light.drain();
            cluster.stabilise();
            long refused = count(answers, Outcome.Rejected.class);
            return refused == 0
                    ? Optional.empty()
                    : Optional.of(refused + " of " + answers.size() + " requests were refused after the overload");
        }

        private static long count(List<ObservedAnswer> answers, Class<? extends Outcome> end) {
            return answers.stream().filter(a -> end.isInstance(a.outcome())).count();
        }
    }
}
