package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static io.faultline.sim.scenario.Plants.services;
import static io.faultline.sim.scenario.Plants.sinksOfEvents;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.worker.WorkerConfig;
import io.faultline.sim.cluster.Parts;
import io.faultline.sim.invariant.CordonedMachinesRest;
import io.faultline.sim.invariant.EveryDecisionIsAccountedFor;
import io.faultline.sim.invariant.Invariant;
import io.faultline.sim.invariant.NoRequestFailsByScaling;
import io.faultline.sim.invariant.ReplicasWithinBounds;
import io.faultline.sim.invariant.RestartsBackOff;
import io.faultline.sim.invariant.Violation;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SimulationResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("REQ-2 REQ-11 TC-1 TC-3: planner and orchestrator follow the load, whatever happens to them")
@Shows(
        value = {"REQ-2", "REQ-11", "TC-1", "TC-3"},
        in = SIMULATED)
class ScalingUnderFireTest {
    private static final int SEEDS = 12;
    private static final int MANY_SEEDS = 400;

    /// What a campaign has to have met.
    private static final List<String> RARE = List.of(
            "decided UP",
            "decided DOWN",
            "decided FORCED",
            "decided ROLL_BACK",
            "decided HOLD",
            "decided ESTABLISHED",
            "cordoned by a person",
            "cordoned by the orchestrator",
            "MachineUncordoned",
            "ProcessRetired",
            "ProcessUnplaced",
            "RestartScheduled");

    private final Scenario scenario = new ScalingUnderFire();
    private final Set<String> reached = new TreeSet<>();

    @Test
    void everyInvariantHolds() {
        assertHolds(SEEDS);
        assertThat(reached).contains("decided UP", "decided DOWN", "decided FORCED", "ProcessRetired");
    }

    /// Seeds that once found something, with what it was.
    @ParameterizedTest
    @CsvSource({
        "4, an orchestrator that took over retired what ran before it knew what was wanted",
        "12, a cordon that was lifted while the orchestrator took over stood in the history for good",
        "79, machines remembered a process that was down when it was no longer wanted",
        "135, two faults that ended together made the planner roll the same decision back twice"
    })
    void seedThatOnceFailedHolds(long seed, String what) {
        SimulationResult result = scenario.run(seed, RunOptions.none());
        assertThat(result.isPassed())
                .as("%s%n%s", what, FailureBlock.of(result, Optional.empty()))
                .isTrue();
    }

    @Test
    @Tag("slow")
    void everyInvariantHoldsInALongCampaign() {
        assertHolds(MANY_SEEDS);
        assertThat(reached)
                .containsAll(RARE)
                .containsAll(ScalingUnderFire.strikeKinds().stream()
                        .map(kind -> "fault " + kind)
                        .toList());
    }

    private void assertHolds(int seeds) {
        Fold watch = event -> note(event.record());
        for (long seed = 1; seed <= seeds; seed++) {
            SimulationResult result = scenario.run(seed, RunOptions.observedBy(watch));
            assertThat(result.isPassed())
                    .as(() -> FailureBlock.of(result, Optional.empty()))
                    .isTrue();
        }
    }

    private void note(EventRecord record) {
        reached.add(
                switch (record) {
                    case ScalingEvent.PlannerDecided d -> "decided " + d.kind();
                    case ScalingEvent.MachineCordoned c ->
                        c.forNanos() == 0 ? "cordoned by a person" : "cordoned by the orchestrator";
                    case FaultEvent.FaultInjected f -> "fault " + f.kind();
                    default -> record.getClass().getSimpleName();
                });
    }

    // ---- planted bugs

    @ParameterizedTest
    @EnumSource(Bug.class)
    @Shows("SIM-3")
    void isCaught(Bug bug, TestReporter reporter) {
        for (int seed = 1; seed <= bug.seedsMax; seed++) {
            SimulationResult result = scenario.run(seed, RunOptions.none().withParts(bug.parts.get()));
            boolean isCaught = result.violations().stream()
                    .anyMatch(violation -> violation.invariant().equals(bug.invariant.getSimpleName()));
            if (isCaught) {
                reporter.publishEntry(bug.name(), bug.invariant.getSimpleName() + " after " + seed + " seeds");
                return;
            }
            assertThat(result.violations())
                    .as("another invariant than expected, seed %s", seed)
                    .extracting(Violation::invariant)
                    .isEmpty();
        }
        throw new AssertionError(bug + " was not found in " + bug.seedsMax + " seeds");
    }

    /// What is planted, and what finds it.
    // The suppliers hold nothing; each call makes new parts.
    @SuppressWarnings("ImmutableEnumChecker")
    enum Bug {
        POOL_ONE_TOO_WIDE(ReplicasWithinBounds.class, 60, () -> new Parts() {
            @Override
            public PlannerConfig planner(PlannerConfig own) {
                List<Pool> wider = own.pools().stream()
                        .map(pool -> new Pool(
                                pool.role(),
                                pool.component(),
                                Math.max(1, pool.min() - 1),
                                pool.max() + 1,
                                pool.kvUp(),
                                pool.kvDown(),
                                pool.queueUp(),
                                pool.queueDown(),
                                pool.queue()))
                        .toList();
                return new PlannerConfig(
                        own.pollNanos(),
                        own.intervalNanos(),
                        wider,
                        own.rollBack(),
                        own.graceIntervals(),
                        own.scalingWaitNanos());
            }
        }),
        REDUCTION_NOT_TOLD(
                EveryDecisionIsAccountedFor.class,
                20,
                () -> sinksOfEvents((record, to) -> {
                    boolean isReduction = record instanceof ScalingEvent.PlannerDecided decided
                            && decided.kind() == DecisionKind.DOWN;
                    if (!isReduction) {
                        to.emit(record);
                    }
                })),
        LIFTED_CORDON_NOT_TOLD(
                CordonedMachinesRest.class,
                60,
                () -> sinksOfEvents((record, to) -> {
                    if (!(record instanceof ScalingEvent.MachineUncordoned)) {
                        to.emit(record);
                    }
                })),
        ORCHESTRATORS_CLOCK_TEN_TIMES_TOO_FAST(
                RestartsBackOff.class,
                20,
                () -> services(own ->
                        own.id().value().startsWith("orchestrator") ? own.withLoop(new FastLoop(own.loop())) : own)),
        STREAMS_OF_RETIRED_WORKERS_CUT(NoRequestFailsByScaling.class, 60, () -> new Parts() {
            @Override
            public FrontendConfig frontend(FrontendConfig own) {
                return own.withMigration(MigrationConfig.upTo(0));
            }

            @Override
            public WorkerConfig worker(WorkerConfig own) {
                return own.withShutdown(own.shutdown().withGraceNanos(0));
            }
        });

        private final Class<? extends Invariant> invariant;
        private final int seedsMax;
        private final Supplier<Parts> parts;

        Bug(Class<? extends Invariant> invariant, int seedsMax, Supplier<Parts> parts) {
            this.invariant = invariant;
            this.seedsMax = seedsMax;
            this.parts = parts;
        }
    }

    /// Takes a tenth of a second for a second.
    private record FastLoop(NodeLoop own) implements NodeLoop {
        private static final int FACTOR = 10;

        @Override
        public long now() {
            return FACTOR * own.now();
        }

        @Override
        public void post(Runnable task) {
            own.post(task);
        }

        @Override
        public Timer after(long delayNanos, Runnable task) {
            return own.after(delayNanos / FACTOR, task);
        }
    }
}
