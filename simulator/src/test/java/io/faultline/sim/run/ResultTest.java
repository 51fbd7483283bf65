package io.faultline.sim.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.cluster.RequestTally;
import io.faultline.sim.invariant.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ResultTest {
    private static final RequestTally TALLY = new RequestTally(11, 5, 2, 1, 2, 3, 1, 0);

    private static SimulationResult result(long seed, String outcome, List<Violation> violations) {
        return new SimulationResult(
                "random-decode-kills",
                seed,
                new LinkedHashMap<>(Map.of("clients", "7")),
                outcome,
                "",
                violations,
                "0123456789abcdef",
                12_345_678_901L,
                1_000,
                5_000,
                TALLY,
                List.of("1.000000000 s #999 decode-0 NodeStarted[role=DECODE]"));
    }

    private static final Violation VIOLATION = new Violation(
            "NoDeadEnd",
            "Every unfinished request owns something that will happen.",
            "request r-1 owns nothing",
            12_000_000_005L,
            999,
            new NodeId("frontend-1"));

    @Test
    void lineHasTheKeysThatScriptsRead() {
        assertThat(ResultLine.of(result(7, SimulationResult.PASSED, List.of()), 1_500_499_999L))
                .isEqualTo(
                        "{\"seed\":7,\"digest\":\"0123456789abcdef\",\"outcome\":\"passed\",\"violations\":0,"
                                + "\"simulatedSeconds\":12.346,\"events\":1000,\"turns\":5000,\"wallSeconds\":1.500,"
                                + "\"requests\":11,\"completed\":5,\"failed\":2,\"cancelled\":1,\"migrated\":3,\"rejected\":2,\"lost\":1}");
    }

    @Test
    void failureBlockSaysWhatWhereWhenAndHowToSeeItAgain() {
        String block = FailureBlock.of(
                result(7, SimulationResult.FAILED, List.of(VIOLATION)), Optional.of("data/trace.jsonl"));
        assertThat(block).isEqualTo("""
                        BROKEN: NoDeadEnd: Every unfinished request owns something that will happen.
                          request r-1 owns nothing
                          at 12.000000005 s, after event 999, on frontend-1
                        seed 7, random-decode-kills
                          clients = 7
                        last 1 events:
                          1.000000000 s #999 decode-0 NodeStarted[role=DECODE]
                        all events: data/trace.jsonl
                        REPRODUCE WITH: bin/faultline simulate random-decode-kills --seed 7""");
    }

    @Test
    void campaignSumsUpInTheOrderOfSeedsWhateverTheThreads() throws InterruptedException {
        Campaign campaign = new Campaign("random-decode-kills", seed -> {
            boolean fails = seed % 10 == 3;
            SimulationResult own = result(
                    seed,
                    fails ? SimulationResult.FAILED : SimulationResult.PASSED,
                    fails ? List.of(VIOLATION) : List.of());
            return own;
        });
        List<CampaignResult> results = new ArrayList<>();
        for (int threads : new int[] {1, 4}) {
            List<Long> heard = new ArrayList<>();
            try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
                results.add(campaign.over(new SeedRange(1, 200), executor, result -> heard.add(result.seed())));
            }
            assertThat(heard).hasSize(200).isSorted();
        }
        CampaignResult one = results.getFirst();
        assertThat(results.getLast()).isEqualTo(one);
        assertThat(one.failedSeeds()).hasSize(20).startsWith(3L, 13L);
        assertThat(one.failures()).hasSize(Campaign.FAILURES_KEPT);
        assertThat(one.violations()).isEqualTo(20);
        assertThat(one.requests().received()).isEqualTo(2_200);
        assertThat(ResultLine.of(one, 0))
                .startsWith("{\"seed\":\"1..200\",\"digest\":\"" + one.digest() + "\",\"outcome\":\"failed\"")
                .contains("\"seeds\":200,\"failedSeeds\":[3, 13, ");
    }

    @Test
    void campaignDigestDependsOnTheOrder() throws InterruptedException {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            String up = new Campaign("x", ResultTest::numbered)
                    .over(new SeedRange(1, 2), executor, _ -> {})
                    .digest();
            String down = new Campaign("x", seed -> numbered(3 - seed))
                    .over(new SeedRange(1, 2), executor, _ -> {})
                    .digest();
            assertThat(up).isNotEqualTo(down);
        }
    }

    private static SimulationResult numbered(long seed) {
        return new SimulationResult(
                "x",
                seed,
                new LinkedHashMap<>(),
                SimulationResult.PASSED,
                "",
                List.of(),
                "digest " + seed,
                0,
                0,
                0,
                TALLY,
                List.of());
    }

    @Test
    void brokenSimulatorIsNotAFailedSeed() {
        Campaign campaign = new Campaign("x", _ -> {
            throw new IllegalArgumentException("a bug of the simulator");
        });
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            assertThatThrownBy(() -> campaign.over(new SeedRange(1, 5), executor, _ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("a bug of the simulator");
        }
    }

    @Test
    void seedRangesAreReadAsWritten() {
        assertThat(SeedRange.parse("3..10")).contains(new SeedRange(3, 10));
        assertThat(SeedRange.parse("-5")).contains(new SeedRange(-5, -5));
        assertThat(SeedRange.parse("10..3")).isEmpty();
        assertThat(SeedRange.parse("many")).isEmpty();
        assertThat(SeedRange.parse("1..99999999999")).isEmpty();
        assertThat(new SeedRange(3, 10)).hasToString("3..10");
        assertThat(new SeedRange(3, 10).count()).isEqualTo(8);
    }
}
