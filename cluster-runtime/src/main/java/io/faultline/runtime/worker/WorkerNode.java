package io.faultline.runtime.worker;

import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.EngineEvent.SequenceEnd;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.RemotePrefills;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.StreamTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A decode worker: takes streams, feeds the engine and sends what it produces. A long prompt may wait outside the
/// engine for a prefill worker's blocks ([RemotePrefills]). What it has in common with other workers is
/// [WorkerCore]'s. Confined to the loop.
public final class WorkerNode implements Node, WorkerPort {
    private final NodeLoop loop;
    private final EventSink events;
    private final WorkerCore core;
    private final Optional<RemotePrefills> remote;
    private final StreamTable<Served> served = new StreamTable<>();

    public WorkerNode(NodeServices services, WorkerConfig config, EngineFactory engines) {
        this.loop = services.loop();
        this.events = services.events();
        Streams streams = new Streams();
        this.core = new WorkerCore(services, config, engines, streams);
        this.remote = config.prefill().flatMap(prefill -> remotePrefills(services, config, prefill));
        remote.ifPresent(core.plane()::takeHandOvers);
    }

    /// None with an engine that keeps its blocks to itself.
    private Optional<RemotePrefills> remotePrefills(NodeServices services, WorkerConfig config, PrefillConfig prefill) {
        return core.engine()
                .exchange()
                .map(exchange -> new RemotePrefills(
                        services,
                        prefill,
                        config.lease(),
                        config.model(),
                        exchange,
                        core.engine().capacity().kvBlockTokens(),
                        new Waiting()));
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        core.start(onEnd);
        remote.ifPresent(RemotePrefills::start);
    }

    @Override
    public void stop() {
        core.stop();
    }

    /// The blocks that its cache holds for reuse, in ascending order.
    public long[] reusableBlocks() {
        return core.kv().content();
    }

    @Override
    public WorkerState state() {
        return core.state();
    }

    /// Takes a sequence out of the engine, or out of those that wait for a prefill worker.
    private void drop(long sequence, SequenceEnd how) {
        remote.ifPresent(waiting -> waiting.withdraw(sequence));
        int before = core.engine().load().usedBlocks();
        core.engine().cancel(sequence);
        Served dropped = served.get(sequence);
        if (dropped != null) {
            events.emit(new EngineEvent.SequenceReleased(
                    core.instance(),
                    dropped.request,
                    before - core.engine().load().usedBlocks()));
        }
        end(sequence, how);
        core.loadChanged();
    }

    private void end(long sequence, SequenceEnd how) {
        Served ended = served.remove(sequence);
        if (ended != null) {
            emitEnd(ended, how);
        }
    }

    private void emitEnd(Served ended, SequenceEnd how) {
        events.emit(new EngineEvent.SequenceEnded(
                core.instance(), ended.request, how, ended.tokens, ended.cachedTokens, loop.now() - ended.openedNanos));
    }

    private void submit(long sequence, GenerateRequest request) {
        core.gotWork();
        core.engine().submit(sequence, request);
        core.loadChanged();
    }

    /// A sequence in the engine, or on its way there.
    private static final class Served {
        private final String request;
        private final int tokens;
        private final boolean isMovable;
        private final long openedNanos;
        /// What the cache had before a prefill worker's blocks came; those were computed for this very request.
        private int cachedTokensMax = Integer.MAX_VALUE;

        private int cachedTokens;
        private boolean prefilled;

        Served(GenerateRequest request, long openedNanos) {
            this.request = request.requestId();
            this.tokens = request.tokens().length;
            this.isMovable = request.isMovable();
            this.openedNanos = openedNanos;
        }

        /// Only the first time counts: after a pre-emption it finds its own blocks.
        void prefilled(int cached) {
            if (!prefilled) {
                prefilled = true;
                cachedTokens = cached;
            }
        }
    }

    /// Sequences whose prompt was computed elsewhere did not find it in the cache by luck.
    private EngineStep withoutImported(EngineStep step) {
        boolean changes = false;
        List<Prefilled> corrected = new ArrayList<>(step.prefilled().size());
        for (Prefilled prefilled : step.prefilled()) {
            Served sequence = served.get(prefilled.sequence());
            int most = sequence == null ? Integer.MAX_VALUE : sequence.cachedTokensMax;
            changes |= prefilled.cachedTokens() > most;
            corrected.add(new Prefilled(prefilled.sequence(), Math.min(prefilled.cachedTokens(), most)));
        }
        return changes
                ? new EngineStep(
                        step.sequences(),
                        step.tokens(),
                        step.positions(),
                        corrected,
                        step.finished(),
                        step.prefillTokens(),
                        step.nanos())
                : step;
    }

    private final class Waiting implements RemotePrefills.Owner {
        @Override
        public long instance() {
            return core.instance();
        }

        @Override
        public Address address() {
            return core.address();
        }

        @Override
        public void goOn(long sequence, GenerateRequest request, int cachedTokens) {
            Served waited = served.get(sequence);
            if (waited != null) {
                waited.cachedTokensMax = cachedTokens < 0 ? Integer.MAX_VALUE : cachedTokens;
                submit(sequence, request);
            }
        }
    }

    private final class Streams implements WorkerCore.Work {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            served.put(sequence, new Served(request, loop.now()));
            events.emit(new EngineEvent.SequenceOpened(
                    core.instance(), request.requestId(), request.attempt(), request.tokens().length));
            boolean waits = remote.isPresent() && remote.get().begin(sequence, request);
            if (!waits) {
                submit(sequence, request);
            }
        }

        @Override
        public void cancelled(long sequence) {
            drop(sequence, SequenceEnd.CANCELLED);
        }

        @Override
        public int open() {
            return core.plane().openStreams();
        }

        @Override
        public void handOver(RequestError why) {
            for (long sequence : core.plane().openSequences()) {
                leave(sequence, why);
            }
        }

        @Override
        public void handOverMovable(RequestError why) {
            for (long sequence : core.plane().openSequences()) {
                Served open = served.get(sequence);
                if (open == null || open.isMovable) {
                    leave(sequence, why);
                }
            }
        }

        private void leave(long sequence, RequestError why) {
            drop(sequence, SequenceEnd.LEFT_TO_OTHERS);
            core.plane().fail(sequence, why);
        }

        @Override
        public void ready() {
            // Work comes by itself.
        }

        @Override
        public void close() {
            remote.ifPresent(RemotePrefills::close);
        }

        @Override
        public void stepped(EngineStep ofEngine) {
            EngineStep step = withoutImported(ofEngine);
            core.plane().deliver(step);
            for (Prefilled prefilled : step.prefilled()) {
                Served sequence = served.get(prefilled.sequence());
                if (sequence != null) {
                    sequence.prefilled(prefilled.cachedTokens());
                }
            }
            for (Finished finished : step.finished()) {
                end(finished.sequence(), SequenceEnd.FINISHED);
            }
        }

        @Override
        public void failed(long sequence, RequestError error) {
            core.plane().fail(sequence, error);
            end(sequence, SequenceEnd.FAILED);
        }

        @Override
        public void preempted(long sequence, int computedTokens) {
            Served preempted = served.get(sequence);
            if (preempted != null) {
                events.emit(new EngineEvent.SequencePreempted(core.instance(), preempted.request, computedTokens));
            }
        }
    }
}
