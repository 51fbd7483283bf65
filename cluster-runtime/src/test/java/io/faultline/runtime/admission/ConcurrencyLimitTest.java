package io.faultline.runtime.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The limit beside a service whose latencies are a function of what is in flight: tokens become slower by as much
/// of the uncongested time as there are requests per [#KNEE], and first tokens by queueing above it.
@DisplayName("REJ-4: the limit is found from latency alone")
@Shows("REJ-4")
class ConcurrencyLimitTest {
    private static final long MILLI = 1_000_000L;
    private static final double KNEE = 40;
    private static final int PROMPT = 200;

    private final LimitConfig config =
            LimitConfig.defaults().withTolerances(3, 2.5).withBaseline(60_000 * MILLI, 3_000 * MILLI);
    private final ConcurrencyLimit limit = new ConcurrencyLimit(config, 0);
    private long now;
    private int instances = 1;
    private double slowness = 1;

    /// For so long as many are in flight as the limit allows, or `most`.
    private void run(long millis, int most) {
        for (long until = now + millis * MILLI; now < until; now += 20 * MILLI) {
            int inFlight = Math.min(most, limit.limit(instances, now));
            double load = inFlight / (KNEE * instances);
            long itl = (long) (slowness * 20 * MILLI * (1 + load));
            long ttft = (long) (slowness * 40 * MILLI * (1 + Math.max(load, 5 * load - 6)));
            limit.firstToken(PROMPT, ttft, now);
            for (int stream = 0; stream < 8; stream++) {
                limit.betweenTokens((double) itl, now);
            }
            limit.observe(inFlight, instances, now);
        }
    }

    private int limit() {
        return limit.limit(instances, now);
    }

    @Test
    void findsWhereLatenciesAreAsMuchLongerAsIsTolerated() {
        run(20_000, Integer.MAX_VALUE);

        // The tokens' tolerance is reached first: 1 + load = 2.5 times what the smallest load showed.
        assertThat(limit()).isBetween((int) (1.4 * KNEE), (int) (2.1 * KNEE));
    }

    @Test
    void staysThereUnderSteadyOverload() {
        run(20_000, Integer.MAX_VALUE);
        int found = limit();

        run(50_000, Integer.MAX_VALUE);

        assertThat(limit()).isBetween((int) (0.8 * found), (int) (1.2 * found));
    }

    @Test
    void doesNotGrowWhileItIsNotInForce() {
        run(20_000, 3);

        assertThat(limit()).isLessThanOrEqualTo(5);
    }

    @Test
    void fallsWhenTheServiceBecomesSlower() {
        run(20_000, Integer.MAX_VALUE);
        int before = limit();

        slowness = 2;
        run(5_000, Integer.MAX_VALUE);

        assertThat(limit()).isLessThan(before / 2);
    }

    @Test
    void halvesAtOnceWithTheInstances() {
        instances = 4;
        run(20_000, Integer.MAX_VALUE);
        int four = limit();

        instances = 2;

        assertThat(limit()).isBetween(four / 2 - 1, four / 2 + 1);
    }

    @Test
    void looksForTheUncongestedLatencyNowAndThen() {
        run(59_000, Integer.MAX_VALUE);
        int before = limit();
        boolean lowered = false;
        for (int i = 0; i < 50; i++) {
            run(100, Integer.MAX_VALUE);
            lowered |= limit() <= before / 3;
        }
        assertThat(lowered).isTrue();

        run(5_000, Integer.MAX_VALUE);
        assertThat(limit()).isBetween((int) (0.7 * before), (int) (1.3 * before));
    }

    @Test
    void burstsAfterAPauseDoNotSpoilTheBaseline() {
        run(10_000, Integer.MAX_VALUE);
        int before = limit();

        for (int i = 0; i < 30; i++) {
            limit.betweenTokens(1000, now);
        }
        run(10_000, Integer.MAX_VALUE);

        assertThat(limit()).isGreaterThan(before / 2);
    }

    @Test
    void isNeverLessThanOne() {
        run(10_000, Integer.MAX_VALUE);
        slowness = 1000;
        run(30_000, Integer.MAX_VALUE);

        assertThat(limit()).isEqualTo(1);
    }

    private void crowdThatEnds() {
        run(10_000, Integer.MAX_VALUE);
        slowness = 1000;
        run(30_000, Integer.MAX_VALUE);
        slowness = 1;
        assertThat(limit()).isEqualTo(1);
        limit.observe(0, instances, now);
    }

    @Test
    void whatItLearnedInACrowdIsForgottenInThePeaceAfterIt() {
        crowdThatEnds();

        now += 5_000 * MILLI;
        limit.observe(1, instances, now);

        assertThat(limit()).isEqualTo((int) config.initial());
    }

    @Test
    void isNotForgottenAtOnce() {
        crowdThatEnds();

        now += 150 * MILLI;
        limit.observe(1, instances, now);

        assertThat(limit()).isEqualTo(1);
    }

    @Test
    void isForgottenWhileALittleIsServedWell() {
        instances = 4;
        run(10_000, Integer.MAX_VALUE);
        slowness = 1000;
        run(30_000, Integer.MAX_VALUE);
        slowness = 1;
        assertThat(limit()).isEqualTo(4);

        run(5_000, 2);

        assertThat(limit()).isEqualTo((int) (4 * config.initial()));
    }
}
