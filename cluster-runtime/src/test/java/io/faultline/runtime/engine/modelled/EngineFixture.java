package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.text.ByteTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One engine on a manual loop, and everything it said. Checks on the way that no token comes twice, out of order
/// or after the end, and that the listener is called on the loop only.
final class EngineFixture implements EngineListener, KvCacheListener {
    static final TokenModel MODEL = new TokenModel(new ByteTokenizer());

    final ManualLoop loop = new ManualLoop();
    final ModelledEngine engine;
    final List<EngineStep> steps = new ArrayList<>();
    final List<Long> stepEndsNanos = new ArrayList<>();
    final Map<Long, List<Integer>> answers = new LinkedHashMap<>();
    final Map<Long, FinishReason> finished = new LinkedHashMap<>();
    final Map<Long, Integer> cachedTokens = new LinkedHashMap<>();
    final Map<Long, RequestError> failed = new LinkedHashMap<>();
    final List<Long> preempted = new ArrayList<>();
    final Set<Long> storedBlocks = new LinkedHashSet<>();
    Runnable onStep = () -> {};
    private boolean calling;

    EngineFixture(ModelledEngineConfig config) {
        engine = new ModelledEngine(loop, this, config, this);
    }

    static ModelledEngineConfig config(EngineCapacity capacity) {
        return new ModelledEngineConfig(capacity, TimingModel.OPT_13B_TP1, 1.0, 0.01, true, true, MODEL);
    }

    static EngineFixture withDefaults() {
        return new EngineFixture(ModelledEngineConfig.defaults(MODEL));
    }

    /// A prompt of that many tokens; other salts give other prompts.
    static int[] prompt(int length, int salt) {
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = (int) (RandomSource.mix(salt * 1_000_003L + i) & 0x7F);
        }
        return tokens;
    }

    static GenerateRequest request(int[] prompt, int maxTokens, int priority) {
        StopConditions stop = new StopConditions(maxTokens, 0, true, List.of());
        return request(prompt, stop, priority);
    }

    static GenerateRequest request(int[] prompt, StopConditions stop, int priority) {
        return new GenerateRequest("r", 0, "m", prompt, stop, new SamplingOptions(1, 1, 5), priority, 0);
    }

    /// Submits a request whose answer has exactly `maxTokens` tokens.
    void submit(long sequence, int[] prompt, int maxTokens) {
        submit(sequence, request(prompt, maxTokens, 0));
    }

    void submit(long sequence, GenerateRequest request) {
        calling = true;
        engine.submit(sequence, request);
        calling = false;
    }

    void cancel(long sequence) {
        calling = true;
        engine.cancel(sequence);
        calling = false;
    }

    int[] tokens(long sequence) {
        return answers.getOrDefault(sequence, List.of()).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    EngineStep step(int index) {
        return steps.get(index);
    }

    @Override
    public void stepped(EngineStep step) {
        assertThat(calling).as("inside a call to the engine").isFalse();
        steps.add(step);
        stepEndsNanos.add(loop.now());
        assertThat(step.tokens()).hasSameSizeAs(step.sequences());
        for (int i = 0; i < step.tokens().length; i++) {
            List<Integer> answer = answers.computeIfAbsent(step.sequences()[i], _ -> new ArrayList<>());
            assertThat(step.positions()[i]).isEqualTo(answer.size());
            assertThat(finished).doesNotContainKey(step.sequences()[i]);
            answer.add(step.tokens()[i]);
        }
        for (Prefilled prefilled : step.prefilled()) {
            cachedTokens.put(prefilled.sequence(), prefilled.cachedTokens());
        }
        for (Finished end : step.finished()) {
            assertThat(finished.put(end.sequence(), end.reason())).isNull();
        }
        onStep.run();
    }

    @Override
    public void failed(long sequence, RequestError error) {
        assertThat(calling).as("inside a call to the engine").isFalse();
        assertThat(failed.put(sequence, error)).isNull();
    }

    @Override
    public void preempted(long sequence, int computedTokens) {
        assertThat(calling).as("inside a call to the engine").isFalse();
        assertThat(computedTokens).isPositive();
        preempted.add(sequence);
    }

    @Override
    public void stored(long parent, long block) {
        assertThat(storedBlocks.add(block)).as("stored twice").isTrue();
    }

    @Override
    public void cleared() {
        storedBlocks.clear();
    }

    @Override
    public void removed(long block) {
        assertThat(storedBlocks.remove(block)).as("removed but not stored").isTrue();
    }

    /// Recounts everything from the sequences' own tables.
    void audit() {
        KvCache cache = engine.scheduler().cache();
        int[] references = new int[cache.total()];
        int pendingPrefill = 0;
        for (Sequence sequence : engine.scheduler().running()) {
            for (int place = 0; place < sequence.blockCount(); place++) {
                references[sequence.block(place)]++;
            }
            assertThat(sequence.blockCount()).isGreaterThanOrEqualTo(sequence.blocksFor(sequence.computed));
            pendingPrefill += sequence.prefillTokens();
        }
        int active = 0;
        for (int block = 0; block < references.length; block++) {
            assertThat(cache.references(block)).as("block %s", block).isEqualTo(references[block]);
            active += references[block] > 0 ? 1 : 0;
        }
        assertThat(cache.active()).isEqualTo(active);
        cache.checkConserved();
        assertThat(engine.load().usedBlocks()).isEqualTo(active);
        if (engine.load().waiting() == 0) {
            assertThat(engine.load().pendingPrefillTokens()).isEqualTo(pendingPrefill);
        }
        long known = storedBlocks.stream().filter(hash -> cache.find(hash) >= 0).count();
        assertThat(known).isEqualTo(storedBlocks.size());
        assertThat(cache.cached()).isLessThanOrEqualTo(storedBlocks.size());
    }

    /// What the engine must have said in the end, from the token model alone.
    static int[] undisturbed(GenerateRequest request) {
        return MODEL.answer(request.tokens(), request.stop(), request.sampling())
                .tokens();
    }

    static int[] joined(int[] head, int[] tail) {
        int[] both = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }
}
