package io.faultline.runtime.engine.modelled;

import static io.faultline.runtime.engine.modelled.EngineFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Goal: whatever is submitted and cancelled whenever, blocks are conserved, every sequence ends as its
/// conditions say, and its tokens are those of an undisturbed run. Method: small caches under too much load,
/// drawn from a seed; everything is recounted after each step.
class ModelledEngineRandomTest {
    private static final int STEPS = 1_500;

    private final Map<Long, GenerateRequest> requests = new LinkedHashMap<>();
    private final Set<Long> cancelled = new LinkedHashSet<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void conservesBlocksAndTokens(long seed) {
        RandomSource random = new RandomSource(seed);
        EngineFixture fixture = new EngineFixture(config(random.fork("config")));
        long next = 0;
        while (fixture.steps.size() < STEPS) {
            if (fixture.loop.pending() == 0 || random.nextBoolean(0.06)) {
                for (int burst = random.nextInt(4); burst >= 0; burst--) {
                    GenerateRequest request = request(random, fixture);
                    requests.put(next, request);
                    fixture.submit(next++, request);
                }
            }
            if (random.nextBoolean(0.02)) {
                long victim = Math.max(0, next - 1 - random.nextInt(12));
                if (!fixture.finished.containsKey(victim)) {
                    cancelled.add(victim);
                    fixture.cancel(victim);
                    fixture.audit();
                }
            }
            fixture.loop.runNext();
            fixture.audit();
        }
        fixture.loop.runAll();
        fixture.audit();

        assertThat(fixture.engine.load())
                .isEqualTo(new EngineLoad(0, 0, 0, fixture.engine.load().cachedBlocks(), 0));
        assertThat(fixture.engine.load().cachedBlocks()).isEqualTo(fixture.storedBlocks.size());
        requests.forEach((id, request) -> ended(fixture, id, request));
        assertThat(fixture.preempted).as("the load must be too much").hasSizeGreaterThan(20);
        assertThat(fixture.finished).hasSizeGreaterThan(50);
        assertThat(fixture.cachedTokens.values()).as("prefixes must be found").anyMatch(tokens -> tokens > 0);
        assertThat(cancelled).isNotEmpty();
    }

    private void ended(EngineFixture fixture, long id, GenerateRequest request) {
        TokenModel.Answer undisturbed = MODEL.answer(request.tokens(), request.stop(), request.sampling());
        if (cancelled.contains(id)) {
            int[] said = fixture.tokens(id);
            assertThat(said).isEqualTo(Arrays.copyOf(undisturbed.tokens(), said.length));
            assertThat(fixture.finished).doesNotContainKey(id);
        } else {
            assertThat(fixture.tokens(id)).as("sequence %s", id).isEqualTo(undisturbed.tokens());
            assertThat(fixture.finished).containsEntry(id, undisturbed.reason());
        }
    }

    private static ModelledEngineConfig config(RandomSource random) {
        int blockTokens = 1 + random.nextInt(16);
        int sequencesMax = 2 + random.nextInt(8);
        int kvBlocks = 400 / blockTokens + 1 + random.nextInt(200 / blockTokens + 1);
        int batchedTokensMax = random.nextBoolean(0.5) ? 10 + random.nextInt(30) : 40 + random.nextInt(400);
        EngineCapacity capacity = new EngineCapacity(400, kvBlocks, blockTokens, sequencesMax, batchedTokensMax);
        boolean chunked = capacity.batchedTokensMax() < 400 || random.nextBoolean(0.5);
        return new ModelledEngineConfig(capacity, TimingModel.OPT_66B_TP8, 1, 0.05, chunked, true, MODEL);
    }

    /// Half of the prompts continue what an earlier request said, so that prefixes are shared.
    private GenerateRequest request(RandomSource random, EngineFixture fixture) {
        int[] prompt = EngineFixture.prompt(1 + random.nextInt(150), random.nextInt(5));
        List<Long> earlier = new ArrayList<>(requests.keySet());
        if (!earlier.isEmpty() && random.nextBoolean(0.5)) {
            long id = earlier.get(Math.max(0, earlier.size() - 1 - random.nextInt(6)));
            int[] turn = EngineFixture.joined(requests.get(id).tokens(), fixture.tokens(id));
            if (turn.length < 200) {
                prompt = turn;
            }
        }
        int maxTokens = random.nextInt(400 - prompt.length);
        StopConditions stop = new StopConditions(maxTokens, random.nextInt(30), random.nextBoolean(0.3), List.of());
        return new GenerateRequest(
                "r", 0, "m", prompt, stop, new SamplingOptions(1, 1, random.nextInt(3)), random.nextInt(3), 0);
    }
}
