package io.faultline.runtime.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.planner.ScalingPolicy.Verdict;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows({"REQ-11", "TC-3"})
@DisplayName("REQ-11 TC-3: one worker more or less at a time, and a reduction that does harm is undone")
class ScalingPolicyTest {
    private static final int MIN = 2;
    private static final int MAX = 6;
    private static final Pool POOL = Pool.of(NodeRole.DECODE, "backend", MIN, MAX);
    private static final PoolLoad IDLE = load(0.3, 0);
    private static final PoolLoad BUSY = load(0.92, 0);
    private static final PoolLoad HARMFUL = load(0.97, 0);
    private static final PoolLoad WITHIN = load(0.7, 0);
    private static final PoolLoad BLIND = new PoolLoad(4, 0, 0, 0);

    private final PlannerConfig config = PlannerConfig.defaults(List.of(POOL));
    private final ScalingPolicy policy = new ScalingPolicy(config);

    private static PoolLoad load(double kvUse, double queued) {
        return new PoolLoad(4, 4, kvUse, queued);
    }

    private Verdict decide(PoolMemory before, PoolLoad load) {
        return policy.decide(POOL, before, load, true);
    }

    private void assertHolds(Verdict verdict, int at) {
        assertThat(verdict.kind()).as(verdict.why()).isEqualTo(DecisionKind.HOLD);
        assertThat(verdict.to()).isEqualTo(at);
        assertThat(verdict.next().desired()).isEqualTo(at);
    }

    // ---- up

    @Test
    void fullCachesWantOneMore() {
        Verdict verdict = decide(PoolMemory.of(4), BUSY);

        assertThat(verdict.kind()).isEqualTo(DecisionKind.UP);
        assertThat(verdict.to()).isEqualTo(5);
        assertThat(verdict.next().desired()).isEqualTo(5);
        assertThat(verdict.next().graceIntervals()).isEqualTo(config.graceIntervals());
        assertThat(verdict.why()).contains("92 %");
    }

    @Test
    void exactlyTheBoundIsWithinIt() {
        assertHolds(decide(PoolMemory.of(4), load(POOL.kvUp(), 0)), 4);
        assertHolds(decide(PoolMemory.of(4), load(POOL.kvDown(), 0)), 4);
    }

    @Test
    void aGrowingQueueWantsOneMore() {
        Verdict verdict = decide(PoolMemory.of(4), load(0.7, 4 * (POOL.queueUp() + 1)));

        assertThat(verdict.kind()).isEqualTo(DecisionKind.UP);
        assertThat(verdict.to()).isEqualTo(5);
    }

    @Test
    void aQueueThatShrinksByItselfIsLeftAlone() {
        PoolMemory longer = new PoolMemory(4, 0, 0, 0, 0, 0, POOL.queueUp() + 9);

        assertHolds(decide(longer, load(0.7, 4 * (POOL.queueUp() + 1))), 4);
        assertThat(decide(longer, load(0.92, 4 * (POOL.queueUp() + 1))).kind())
                .as("full caches do not wait for a queue to shrink")
                .isEqualTo(DecisionKind.UP);
    }

    @Test
    void theBudgetIsTheMost() {
        Verdict verdict = decide(PoolMemory.of(MAX), BUSY);

        assertHolds(verdict, MAX);
        assertThat(verdict.why()).contains("budget");
    }

    // ---- down

    @Test
    void idleWorkersBecomeOneFewerAndThatIsObserved() {
        Verdict verdict = decide(PoolMemory.of(4), IDLE);

        assertThat(verdict.kind()).isEqualTo(DecisionKind.DOWN);
        assertThat(verdict.to()).isEqualTo(3);
        assertThat(verdict.next().isObserving()).isTrue();
        assertThat(verdict.next().rollBackTo()).isEqualTo(4);
    }

    @Test
    void theMinimumStays() {
        assertHolds(decide(PoolMemory.of(MIN), IDLE), MIN);
    }

    @Test
    void aNewWorkerHasItsGraceToTheInterval() {
        PoolMemory memory = decide(PoolMemory.of(4), BUSY).next();
        for (int interval = 1; interval < config.graceIntervals(); interval++) {
            Verdict verdict = decide(memory, IDLE);
            assertHolds(verdict, 5);
            memory = verdict.next();
        }

        assertThat(decide(memory, IDLE).kind()).isEqualTo(DecisionKind.DOWN);
    }

    @Test
    void nobodyGoesWhenTheRestWouldBeTooBusy() {
        Pool eager = new Pool(NodeRole.DECODE, "backend", 1, MAX, 0.5, 0.45, 5, 0.2, Optional.empty());

        Verdict verdict = policy.decide(eager, PoolMemory.of(2), load(0.3, 0), true);

        assertHolds(verdict, 2);
        assertThat(verdict.why()).contains("60 %");
    }

    @Test
    void whatIsNotCarriedOutIsWaitedFor() {
        assertHolds(policy.decide(POOL, PoolMemory.of(4), IDLE, false), 4);
        assertHolds(policy.decide(POOL, PoolMemory.of(4), BUSY, false), 4);
    }

    @Test
    void withoutAWordFromTheWorkersNothingIsDecided() {
        assertHolds(decide(PoolMemory.of(4), BLIND), 4);
    }

    // ---- observation and roll-back

    private PoolMemory reduced() {
        return PoolMemory.of(6).reducedTo(4, 6);
    }

    @Test
    void threeHarmfulIntervalsInARowBringAllWorkersBack() {
        Verdict first = decide(reduced(), HARMFUL);
        Verdict second = decide(first.next(), load(0.5, config.rollBack().queued() + 1));
        Verdict third = decide(second.next(), HARMFUL);

        assertHolds(first, 4);
        assertHolds(second, 4);
        assertThat(third.kind()).isEqualTo(DecisionKind.ROLL_BACK);
        assertThat(third.to()).isEqualTo(6);
        assertThat(third.next().desired()).isEqualTo(6);
        assertThat(third.next().isObserving()).isFalse();
        assertThat(third.next().holdOffIntervals()).isEqualTo(config.rollBack().holdOffIntervals());
        assertThat(third.why()).contains("from 6 to 4");
    }

    @Test
    void anIntervalWithoutHarmStartsTheCountAnew() {
        PoolMemory memory = decide(decide(reduced(), HARMFUL).next(), WITHIN).next();
        memory = decide(decide(memory, HARMFUL).next(), HARMFUL).next();

        assertThat(memory.desired()).isEqualTo(4);
        assertThat(memory.isObserving()).isTrue();
        assertThat(decide(memory, HARMFUL).kind()).isEqualTo(DecisionKind.ROLL_BACK);
    }

    @Test
    void harmThatPassedEndsTheObservationToo() {
        PoolMemory memory = decide(decide(reduced(), HARMFUL).next(), HARMFUL).next();

        assertThat(decide(memory, WITHIN).next().isObserving()).isFalse();
    }

    @Test
    void exactlyTheBoundDoesNoHarm() {
        assertThat(policy.isHarmful(
                        load(config.rollBack().kvUse(), config.rollBack().queued())))
                .isFalse();
        assertThat(policy.isHarmful(load(config.rollBack().kvUse() + 0.001, 0))).isTrue();
        assertThat(policy.isHarmful(load(0, config.rollBack().queued() + 1))).isTrue();
    }

    @Test
    void asManyHarmlessIntervalsEndTheObservation() {
        PoolMemory memory = reduced();
        for (int interval = 0; interval < config.rollBack().intervals(); interval++) {
            assertThat(memory.isObserving()).isTrue();
            memory = decide(memory, WITHIN).next();
        }

        assertThat(memory.isObserving()).isFalse();
        assertThat(memory.desired()).isEqualTo(4);
    }

    @Test
    void silenceIsNoAcquittal() {
        PoolMemory memory = reduced();
        for (int interval = 0; interval < 3 * config.rollBack().intervals(); interval++) {
            memory = decide(memory, BLIND).next();
        }

        assertThat(memory.isObserving()).isTrue();
    }

    @Test
    void nothingElseIsDecidedWhileAReductionIsObserved() {
        assertHolds(decide(reduced(), IDLE), 4);
        assertHolds(decide(reduced(), BUSY), 4);
    }

    @Test
    void afterARollBackNothingIsTakenAwayForAWhile() {
        PoolMemory memory = reduced().rolledBack(config.rollBack().holdOffIntervals());
        for (int interval = 1; interval < config.rollBack().holdOffIntervals(); interval++) {
            Verdict verdict = decide(memory, IDLE);
            assertHolds(verdict, 6);
            memory = verdict.next();
        }

        assertThat(decide(memory, IDLE).kind()).isEqualTo(DecisionKind.DOWN);
    }

    // ---- whatever comes

    @Test
    void whateverTheLoadTheTargetStaysWithinItsBoundsAndEveryVerdictHasAReason() {
        RandomSource random = new RandomSource(17);
        PoolMemory memory = PoolMemory.of(4);
        for (int interval = 0; interval < 20_000; interval++) {
            PoolLoad load = random.nextBoolean(0.05)
                    ? BLIND
                    : load(random.nextDouble() * 1.1, random.nextBoolean(0.5) ? 0 : random.nextInt(150));
            Verdict verdict = policy.decide(POOL, memory, load, random.nextBoolean(0.9));

            assertThat(verdict.to())
                    .isBetween(MIN, MAX)
                    .isEqualTo(verdict.next().desired());
            assertThat(verdict.why()).isNotBlank();
            switch (verdict.kind()) {
                case UP -> assertThat(verdict.to()).isEqualTo(memory.desired() + 1);
                case DOWN -> assertThat(verdict.to()).isEqualTo(memory.desired() - 1);
                case ROLL_BACK -> assertThat(verdict.to()).isEqualTo(memory.rollBackTo());
                case HOLD -> assertThat(verdict.to()).isEqualTo(memory.desired());
                case ESTABLISHED, FORCED -> throw new AssertionError("the policy decides no " + verdict.kind());
            }
            memory = verdict.next();
        }
    }
}
