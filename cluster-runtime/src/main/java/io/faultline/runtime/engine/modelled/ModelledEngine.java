package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.engine.EngineHealth;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.KvExchange;
import io.faultline.runtime.kv.BlockHash;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An engine without a GPU. One timer an iteration, none when idle: [Scheduler] plans the iteration, [TimingModel]
/// says how long it takes, and at its end [TokenModel] yields the tokens. Confined to the worker's loop.
///
/// What it promises beyond [Engine]:
/// - a sequence whose prefill completes in an iteration gets its first token at the end of that iteration;
/// - a sequence that is cancelled releases its blocks at once and gets no token from the iteration under way;
/// - no token is emitted twice: a pre-empted sequence goes on where it was;
/// - an answer that the model ends is finished without a token of its own in that iteration, and so is one with
///   `maxTokens` 0;
/// - while an iteration is under way newcomers wait for the next; the first sequence of an idle engine starts an
///   iteration at once, alone;
/// - it plays every [EngineCondition] that a fault can put it in ([#become]).
public final class ModelledEngine implements Engine, KvExchange {
    private static final double NANOS_PER_MILLI = 1e6;

    private final NodeLoop loop;
    private final EngineListener listener;
    private final ModelledEngineConfig config;
    private final Scheduler scheduler;
    private final StepRecorder recorder;
    private final Map<Long, Sequence> sequences = new LinkedHashMap<>();
    private final Map<Long, RequestError> refused = new LinkedHashMap<>();
    private final ArrayList<Sequence> ended = new ArrayList<>();
    private final ArrayList<Sequence> computed = new ArrayList<>();
    private TimingModel timing;
    private NodeLoop.@Nullable Timer iteration;
    private long iterationNanos;
    private long arrivals;
    private boolean reporting;
    private boolean closed;
    private EngineCondition condition = new EngineCondition.Sound();
    /// An iteration came to its end while the engine stood still; it ends when the engine goes on.
    private boolean iterationHeld;

    public ModelledEngine(NodeLoop loop, EngineListener listener, ModelledEngineConfig config) {
        this(loop, listener, config, KvCacheListener.NONE);
    }

    public ModelledEngine(
            NodeLoop loop, EngineListener listener, ModelledEngineConfig config, KvCacheListener kvEvents) {
        this.loop = loop;
        this.listener = listener;
        this.config = config;
        this.timing = config.timing();
        this.scheduler = new Scheduler(config, kvEvents);
        this.recorder = new StepRecorder(config.capacity().sequencesMax());
    }

    @Override
    public void submit(long sequence, GenerateRequest request) {
        add(sequence, request, false);
    }

    private void add(long sequence, GenerateRequest request, boolean prefillOnly) {
        if (closed) {
            return;
        }
        Invariants.check(
                !sequences.containsKey(sequence) && !refused.containsKey(sequence),
                "sequence %s is submitted twice",
                sequence);
        RequestError error = refusal(request);
        if (error != null) {
            refused.put(sequence, error);
            loop.post(() -> refuse(sequence));
            return;
        }
        Sequence added = new Sequence(
                sequence,
                request,
                prefillOnly,
                arrivals++,
                config.capacity().kvBlockTokens(),
                config.tokenModel().begin(request.tokens(), request.sampling()));
        sequences.put(sequence, added);
        scheduler.add(added);
        goOn();
    }

    @Override
    public void cancel(long sequence) {
        refused.remove(sequence);
        Sequence cancelled = sequences.remove(sequence);
        if (cancelled != null) {
            scheduler.remove(cancelled);
            if (condition instanceof EngineCondition.Frozen || cancelled.prefillOnly) {
                // It may have been the one that the engine stood still over, or whose blocks others waited for.
                loop.post(this::goOn);
            }
        }
    }

    @Override
    public EngineCapacity capacity() {
        return config.capacity();
    }

    @Override
    public EngineLoad load() {
        return scheduler.load();
    }

    // ---- blocks of prompts that are prefilled on one worker and decoded on another

    @Override
    public Optional<KvExchange> exchange() {
        return Optional.of(this);
    }

    @Override
    public int cachedTokens(int[] prompt) {
        int blockTokens = config.capacity().kvBlockTokens();
        int shareable = config.prefixCaching() ? (prompt.length - 1) / blockTokens : 0;
        long parent = BlockHash.ROOT;
        int found = 0;
        while (found < shareable) {
            parent = BlockHash.of(parent, prompt, found * blockTokens, (found + 1) * blockTokens);
            if (scheduler.cache().find(parent) < 0) {
                break;
            }
            found++;
        }
        return found * blockTokens;
    }

    /// Leading blocks, by their hashes, that it could reuse now.
    public int cachedBlocks(long[] hashes) {
        int found = 0;
        while (found < hashes.length && scheduler.cache().find(hashes[found]) >= 0) {
            found++;
        }
        return found;
    }

    @Override
    public void prefill(long sequence, GenerateRequest request) {
        int tokens = request.tokens().length;
        Invariants.check(tokens % config.capacity().kvBlockTokens() == 0, "%s tokens are not whole blocks", tokens);
        add(sequence, request, true);
    }

    @Override
    public KvBlocks export(long sequence, int skipped) {
        Sequence computedOne = sequences.get(sequence);
        if (computedOne == null || !computedOne.decoding) {
            throw Invariants.broken("sequence %s has no computed blocks", sequence);
        }
        int first = Math.min(skipped, computedOne.blockCount());
        long[] hashes = new long[computedOne.blockCount() - first];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = computedOne.hash(first + i);
        }
        return new KvBlocks(computedOne.parentHash(first), hashes);
    }

    @Override
    public int take(KvBlocks blocks) {
        return closed || !config.prefixCaching() ? 0 : scheduler.cache().takeIn(blocks.parent(), blocks.hashes());
    }

    /// How long iterations take from the next one on: a fault slowed the device, or it recovered.
    public void changeTiming(TimingModel changed) {
        timing = changed;
    }

    /// The full blocks that its cache holds for reuse, in ascending order; for audits.
    public long[] reusableBlocks() {
        return scheduler.cache().content();
    }

    /// Forgets all that could be reused, as after a reset of the cache.
    public void clearCache() {
        scheduler.cache().clear();
    }

    @Override
    public EngineHealth health() {
        return condition instanceof EngineCondition.Crashed(String why)
                ? new EngineHealth.Dead(why)
                : new EngineHealth.Alive();
    }

    /// A fault strikes the engine, or ends. Nothing ends a crash.
    public void become(EngineCondition next) {
        if (closed || condition instanceof EngineCondition.Crashed) {
            return;
        }
        condition = next;
        for (Sequence sequence : sequences.values()) {
            sequence.producedBeforeFreeze = sequence.produced();
        }
        if (iterationHeld && !standsStill()) {
            iterationHeld = false;
            end();
        } else {
            goOn();
        }
    }

    /// Whether no iteration begins or ends now.
    private boolean standsStill() {
        return switch (condition) {
            case EngineCondition.Sound _, EngineCondition.Slowed _ -> false;
            case EngineCondition.Crashed _ -> true;
            case EngineCondition.Frozen(int afterTokens) -> {
                boolean stands = afterTokens == 0;
                for (Sequence sequence : sequences.values()) {
                    stands |= sequence.produced() - sequence.producedBeforeFreeze >= afterTokens;
                }
                yield stands;
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        if (iteration != null) {
            iteration.cancel();
            iteration = null;
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /// Begins an iteration if none is under way and there is something to do.
    private void goOn() {
        boolean isFree = iteration == null && !iterationHeld && !reporting && !closed;
        if (isFree && !scheduler.idle() && !standsStill()) {
            begin();
        }
    }

    private void begin() {
        if (scheduler.plan()) {
            beginPlanned();
        }
        for (Sequence preempted : scheduler.preempted()) {
            if (!closed) {
                listener.preempted(preempted.id, preempted.lostTokens);
            }
        }
    }

    private void beginPlanned() {
        double slowness = condition instanceof EngineCondition.Slowed(double factor) ? factor : 1;
        double nanos = scheduler.millis(timing) * NANOS_PER_MILLI * slowness / config.speedupRatio();
        iterationNanos = Math.max(1, Math.round(nanos));
        iteration = loop.after(iterationNanos, this::end);
    }

    private void end() {
        iteration = null;
        if (standsStill()) {
            iterationHeld = true;
            return;
        }
        for (Sequence sequence : scheduler.running()) {
            if (sequence.planned > 0 && scheduler.complete(sequence)) {
                advance(sequence);
            }
        }
        for (Sequence sequence : ended) {
            sequences.remove(sequence.id);
            scheduler.remove(sequence);
        }
        ended.clear();
        computed.forEach(scheduler::hold);
        computed.clear();
        scheduler.cache().checkConserved();
        EngineStep step = recorder.take(scheduler.prefillTokens(), iterationNanos);
        reporting = true;
        listener.stepped(step);
        reporting = false;
        goOn();
    }

    private void advance(Sequence sequence) {
        if (!sequence.decoding) {
            sequence.decoding = true;
            recorder.prefilled(sequence.id, sequence.cachedTokens);
        }
        if (sequence.prefillOnly) {
            computed.add(sequence);
            return;
        }
        int position = sequence.produced();
        if (position == sequence.stop.maxTokens()) {
            finish(sequence, FinishReason.LENGTH);
            return;
        }
        int token = sequence.draw();
        if (token == TokenModel.END) {
            finish(sequence, FinishReason.STOP);
            return;
        }
        recorder.token(sequence.id, token, position);
        if (position + 1 == sequence.stop.maxTokens()) {
            finish(sequence, FinishReason.LENGTH);
        }
    }

    private void finish(Sequence sequence, FinishReason reason) {
        recorder.finished(sequence.id, reason);
        ended.add(sequence);
    }

    private void refuse(long sequence) {
        RequestError error = refused.remove(sequence);
        if (error != null && !closed) {
            listener.failed(sequence, error);
        }
    }

    private @Nullable RequestError refusal(GenerateRequest request) {
        int prompt = request.tokens().length;
        int answer = request.stop().maxTokens();
        if (prompt == 0) {
            return invalid("The prompt has no tokens.");
        }
        EngineCapacity capacity = config.capacity();
        String asked = "The prompt has " + prompt + " tokens and max_tokens is " + answer + ": ";
        long tokens = (long) prompt + answer;
        if (tokens > capacity.contextTokens()) {
            return invalid(asked + "more than the context of " + capacity.contextTokens() + " tokens.");
        }
        long cacheTokens = (long) capacity.kvBlocks() * capacity.kvBlockTokens();
        if (tokens > cacheTokens) {
            return invalid(asked + "more than the KV cache of " + cacheTokens + " tokens.");
        }
        return null;
    }

    private static RequestError invalid(String message) {
        return new RequestError(ErrorType.INVALID_ARGUMENT, message);
    }
}
