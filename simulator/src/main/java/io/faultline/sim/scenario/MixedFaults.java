package io.faultline.sim.scenario;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `mixed-faults`: the whole serving graph on an ordinary bad day. Four prefill workers, four decode workers and a
/// KV-aware router serve 500 requests in 120 seconds, while eight faults strike, one after the other, each a kind of
/// [SwarmFault] that such a cluster survives. No request may fail or be refused; the invariants watch all the while.
/// Where [MixedSurvival] draws the cluster too and lets faults pile up, this one is the same for every seed but for the
/// requests and the faults, so that seeds can be compared.
public final class MixedFaults implements Scenario {
    private static final String NAME = "mixed-faults";
    private static final int WORKERS = 4;
    private static final int REQUESTS = 500;
    private static final int FAULTS = 8;
    private static final long SECOND = 1_000_000_000L;
    private static final long SPAN_NANOS = 120 * SECOND;
    /// Each fault strikes in its own eighth, so that never more than two stand at the same time.
    private static final long EIGHTH_NANOS = SPAN_NANOS / FAULTS;

    private static final Arena.Force FORCE = new Arena.Force(SECOND, EIGHTH_NANOS, new LoadSpec(1, 1, 1, 1, 1, 0, 0));
    private static final List<SwarmFault> KINDS = Stream.of(SwarmFault.WORKERS, GraphFaults.SERVING)
            .flatMap(List::stream)
            .filter(SwarmFault::isSurvivable)
            .toList();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "4 prefill and 4 decode workers behind a KV-aware router serve 500 requests through 8 faults.";
    }

    /// The kinds of faults that can strike.
    public static List<String> faultKinds() {
        return KINDS.stream().map(SwarmFault::kind).toList();
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        Draws draws = new Draws(new RandomSource(seed).fork(NAME));
        PrefillConfig prefill = PrefillConfig.defaults().withRules(new PrefillRules(128, 8));
        ClusterConfig cluster = new ClusterConfig("faultline-13b", 2, WORKERS, 2_048, 1_024, 64, 1.0, 3, 10 * SECOND)
                .withRouting(RoutingConfig.kv(1))
                .withPrefill(WORKERS, prefill);
        ScenarioRun run = ScenarioRun.begin(NAME, seed, SimulationConfig.of(cluster), options, draws);
        SharedPrompts prompts = SharedPrompts.within(
                draws.stream("prompts"), new SharedPrompts.Shape(12, 256, 16, 512, 16, 192), REQUESTS, SPAN_NANOS);
        return run.result(new Story(run.cluster(), draws).play(prompts));
    }

    private static final class Story {
        private final SimulatedCluster cluster;
        private final Draws draws;
        private final List<ObservedAnswer> answers = new ArrayList<>();

        Story(SimulatedCluster cluster, Draws draws) {
            this.cluster = cluster;
            this.draws = draws;
        }

        /// Why it failed, if it did for another reason than a broken invariant.
        Optional<String> play(SharedPrompts prompts) {
            if (!cluster.awaitStart()) {
                return Optional.empty();
            }
            LoadRun load = cluster.load().start(prompts, answers::add);
            for (int number = 0; number < FAULTS; number++) {
                schedule(number);
            }
            if (!cluster.runFor(SPAN_NANOS)) {
                return Optional.empty();
            }
            cluster.heal();
            load.drain();
            return cluster.stabilise() ? unserved() : Optional.empty();
        }

        private void schedule(int number) {
            SwarmFault fault = draws.oneOf("fault " + (number + 1), KINDS, SwarmFault::kind);
            RandomSource moments = draws.stream("moments of fault " + (number + 1));
            Arena arena = new Arena(cluster, FORCE, moments, NAME, fault.kind(), number);
            cluster.operator()
                    .after(
                            number * EIGHTH_NANOS + arena.upTo(EIGHTH_NANOS),
                            () -> fault.strike().in(arena));
        }

        private Optional<String> unserved() {
            long completed = answers.stream()
                    .filter(answer -> answer.outcome() instanceof Outcome.Completed)
                    .count();
            return completed == REQUESTS
                    ? Optional.empty()
                    : Optional.of("only " + completed + " of " + REQUESTS + " requests completed");
        }
    }
}
