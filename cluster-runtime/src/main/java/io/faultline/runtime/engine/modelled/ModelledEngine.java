package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
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
///   iteration at once, alone.
public final class ModelledEngine implements Engine {
    private static final double NANOS_PER_MILLI = 1e6;

    private final NodeLoop loop;
    private final EngineListener listener;
    private final ModelledEngineConfig config;
    private final Scheduler scheduler;
    private final StepRecorder recorder;
    private final Map<Long, Sequence> sequences = new LinkedHashMap<>();
    private final Map<Long, RequestError> refused = new LinkedHashMap<>();
    private final ArrayList<Sequence> ended = new ArrayList<>();
    private TimingModel timing;
    private NodeLoop.@Nullable Timer iteration;
    private long iterationNanos;
    private long arrivals;
    private boolean reporting;
    private boolean closed;

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
                arrivals++,
                config.capacity().kvBlockTokens(),
                config.tokenModel().begin(request.tokens(), request.sampling()));
        sequences.put(sequence, added);
        scheduler.add(added);
        if (iteration == null && !reporting) {
            begin();
        }
    }

    @Override
    public void cancel(long sequence) {
        refused.remove(sequence);
        Sequence cancelled = sequences.remove(sequence);
        if (cancelled != null) {
            scheduler.remove(cancelled);
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

    /// How long iterations take from the next one on: a fault slowed the device, or it recovered.
    public void changeTiming(TimingModel changed) {
        timing = changed;
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

    private void begin() {
        scheduler.plan();
        double nanos = scheduler.millis(timing) * NANOS_PER_MILLI / config.speedupRatio();
        iterationNanos = Math.max(1, Math.round(nanos));
        iteration = loop.after(iterationNanos, this::end);
        for (Sequence preempted : scheduler.preempted()) {
            if (!closed) {
                listener.preempted(preempted.id, preempted.lostTokens);
            }
        }
    }

    private void end() {
        iteration = null;
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
        scheduler.cache().checkConserved();
        EngineStep step = recorder.take(scheduler.prefillTokens(), iterationNanos);
        reporting = true;
        listener.stepped(step);
        reporting = false;
        if (!closed && !scheduler.idle()) {
            begin();
        }
    }

    private void advance(Sequence sequence) {
        if (!sequence.decoding) {
            sequence.decoding = true;
            recorder.prefilled(sequence.id, sequence.cachedTokens);
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
