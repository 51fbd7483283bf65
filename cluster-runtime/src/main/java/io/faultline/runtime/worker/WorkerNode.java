package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventRecord.SequenceEnd;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.RequestPlaneServer;
import io.faultline.runtime.transport.StreamTable;
import io.faultline.runtime.transport.Transport;
import org.jspecify.annotations.Nullable;

/// A decode worker: registers, takes streams, feeds the engine and sends what it produces. Stopping, it leaves
/// discovery first, lets streams finish for a while, and hands the rest over as [ErrorType#ENGINE_SHUTDOWN],
/// which frontends answer with a migration. Confined to the loop.
public final class WorkerNode implements Node {
    private static final long DRAIN_CHECK_NANOS = 10_000_000L;

    private final WorkerConfig config;
    private final NodeLoop loop;
    private final Transport transport;
    private final EventSink events;
    private final RequestPlaneServer plane;
    private final Engine engine;
    private final Registration registration;
    private final LoadReporter loadReporter;
    private final StreamTable<Served> served = new StreamTable<>();
    private Address address = new Address("");
    private Stage stage = Stage.STARTING;
    private long instance;
    private @Nullable EngineLoad toldLoad;

    /// Makes the engine once the worker, which listens to it, exists.
    public interface EngineFactory {
        Engine create(NodeLoop loop, EngineListener listener);
    }

    private enum Stage {
        STARTING,
        READY,
        DRAINING,
        STOPPED
    }

    public WorkerNode(NodeServices services, WorkerConfig config, EngineFactory engines) {
        this.config = config;
        this.loop = services.loop();
        this.transport = services.transport();
        this.events = services.events();
        this.plane = new RequestPlaneServer(loop, config.plane(), new Streams());
        this.engine = engines.create(loop, new EngineEvents());
        this.loadReporter =
                new LoadReporter(loop, config.loadReport(), engine.capacity(), engine::load, this::tellLoad);
        this.registration = new Registration(
                loop,
                services.store(),
                config.lease(),
                lease -> describe(services.id().value(), lease),
                new Registered());
    }

    @Override
    public void start() {
        address = plane.listen(transport);
        stage = Stage.READY;
        loadReporter.start();
        registration.register();
    }

    @Override
    public void stop(Runnable done) {
        if (stage == Stage.DRAINING || stage == Stage.STOPPED) {
            return;
        }
        stage = Stage.DRAINING;
        // Out of discovery first, so that no new stream is sent here while the old ones end.
        registration.withdraw(() -> awaitDrain(loop.now() + config.drainNanos(), done));
    }

    private void awaitDrain(long untilNanos, Runnable done) {
        if (plane.openStreams() > 0 && loop.now() < untilNanos) {
            loop.after(DRAIN_CHECK_NANOS, () -> awaitDrain(untilNanos, done));
            return;
        }
        stage = Stage.STOPPED;
        loadReporter.stop();
        for (Served sequence : served.inOrder()) {
            emitEnd(sequence, SequenceEnd.LEFT_TO_OTHERS);
        }
        served.clear();
        plane.failAll(ErrorType.ENGINE_SHUTDOWN, "the worker is shutting down");
        engine.close();
        plane.close();
        done.run();
    }

    private void tellLoad(EngineLoad load) {
        plane.report(load);
        if (instance != 0 && !load.equals(toldLoad)) {
            toldLoad = load;
            events.emit(new EventRecord.LoadReported(
                    instance,
                    load.usedBlocks(),
                    engine.capacity().kvBlocks(),
                    load.pendingPrefillTokens(),
                    load.running(),
                    load.waiting()));
        }
    }

    private Instance describe(String node, long lease) {
        EngineCapacity capacity = engine.capacity();
        return new Instance(
                lease,
                node,
                config.namespace(),
                config.component(),
                config.endpoint(),
                address,
                new ModelCard(
                        config.model(),
                        capacity.contextTokens(),
                        capacity.kvBlocks(),
                        capacity.kvBlockTokens(),
                        capacity.sequencesMax(),
                        capacity.batchedTokensMax()));
    }

    private void end(long sequence, SequenceEnd how) {
        Served ended = served.remove(sequence);
        if (ended != null) {
            emitEnd(ended, how);
        }
    }

    private void emitEnd(Served ended, SequenceEnd how) {
        events.emit(new EventRecord.SequenceEnded(
                instance, ended.request, how, ended.tokens, ended.cachedTokens, loop.now() - ended.openedNanos));
    }

    /// A sequence in the engine.
    private static final class Served {
        private final String request;
        private final int tokens;
        private final long openedNanos;
        private int cachedTokens;
        private boolean prefilled;

        Served(String request, int tokens, long openedNanos) {
            this.request = request;
            this.tokens = tokens;
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

    private final class Registered implements Registration.Listener {
        @Override
        public void registered(Instance registered, long ttlNanos) {
            instance = registered.id();
            events.emit(new EventRecord.InstanceRegistered(
                    instance,
                    registered.component(),
                    registered.card().model(),
                    registered.card().kvBlocks(),
                    registered.card().kvBlockTokens(),
                    ttlNanos));
        }

        @Override
        public void lost(Instance lost) {
            // Streams run on: the lease is about new work only.
        }
    }

    private final class Streams implements RequestPlaneServer.GenerateService {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            if (stage != Stage.READY) {
                plane.fail(sequence, new RequestError(ErrorType.ENGINE_SHUTDOWN, "the worker is shutting down"));
                return;
            }
            if (!request.model().equals(config.model())) {
                plane.fail(
                        sequence, new RequestError(ErrorType.INVALID_ARGUMENT, "this worker serves " + config.model()));
                return;
            }
            served.put(sequence, new Served(request.requestId(), request.tokens().length, loop.now()));
            events.emit(new EventRecord.SequenceOpened(
                    instance, request.requestId(), request.attempt(), request.tokens().length));
            engine.submit(sequence, request);
            loadReporter.changed();
        }

        @Override
        public void cancelled(long sequence) {
            int before = engine.load().usedBlocks();
            engine.cancel(sequence);
            Served cancelled = served.get(sequence);
            if (cancelled != null) {
                events.emit(new EventRecord.SequenceReleased(
                        instance, cancelled.request, before - engine.load().usedBlocks()));
            }
            end(sequence, SequenceEnd.CANCELLED);
            loadReporter.changed();
        }

        @Override
        public boolean isReady() {
            return stage == Stage.READY;
        }

        @Override
        public EngineLoad load() {
            return engine.load();
        }
    }

    private final class EngineEvents implements EngineListener {
        @Override
        public void stepped(EngineStep step) {
            plane.deliver(step);
            for (Prefilled prefilled : step.prefilled()) {
                Served sequence = served.get(prefilled.sequence());
                if (sequence != null) {
                    sequence.prefilled(prefilled.cachedTokens());
                }
            }
            for (Finished finished : step.finished()) {
                end(finished.sequence(), SequenceEnd.FINISHED);
            }
            EngineLoad load = engine.load();
            events.emit(new EventRecord.EngineStepped(
                    instance,
                    step.prefillTokens(),
                    step.tokens().length,
                    load.running(),
                    load.waiting(),
                    load.usedBlocks(),
                    load.cachedBlocks(),
                    step.nanos()));
            loadReporter.changed();
        }

        @Override
        public void failed(long sequence, RequestError error) {
            plane.fail(sequence, error);
            end(sequence, SequenceEnd.FAILED);
        }

        @Override
        public void preempted(long sequence, int computedTokens) {
            Served preempted = served.get(sequence);
            if (preempted != null) {
                events.emit(new EventRecord.SequencePreempted(instance, preempted.request, computedTokens));
            }
        }
    }
}
