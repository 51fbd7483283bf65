package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventRecord.HealthCheck;
import io.faultline.runtime.event.EventRecord.SequenceEnd;
import io.faultline.runtime.event.EventRecord.WorkerHealth;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.health.Canary;
import io.faultline.runtime.health.EngineMonitor;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.kv.KvPublisher;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.RequestPlaneServer;
import io.faultline.runtime.transport.StreamTable;
import io.faultline.runtime.transport.Transport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A decode worker: registers, takes streams, feeds the engine and sends what it produces, for as long as it finds its
/// engine healthy. While the engine fails its canaries the worker is out of discovery and its streams are elsewhere;
/// when the engine is dead the worker ends. How it ends is [Departure]'s. Confined to the loop.
public final class WorkerNode implements Node, WorkerPort {
    private final WorkerConfig config;
    private final NodeLoop loop;
    private final Transport transport;
    private final EventSink events;
    private final RequestPlaneServer plane;
    private final KvPublisher kv;
    private final Engine engine;
    private final Registration registration;
    private final Canary canary;
    private final EngineMonitor monitor;
    private final Departure departure;
    private final Streams streams = new Streams();
    private final LoadReporter loadReporter;
    private final StreamTable<Served> served = new StreamTable<>();
    private Consumer<NodeExit> ended = _ -> {};
    private Address address = new Address("");
    private Stage stage = Stage.STARTING;
    private String evidence = "";
    private long startedNanos;
    private long instance;
    private @Nullable EngineLoad toldLoad;

    /// Makes the engine once the worker, which listens to it, exists.
    public interface EngineFactory {
        /// @param kv is to hear what the engine's cache holds
        Engine create(NodeLoop loop, EngineListener listener, KvCacheListener kv);
    }

    public WorkerNode(NodeServices services, WorkerConfig config, EngineFactory engines) {
        this.config = config;
        this.loop = services.loop();
        this.transport = services.transport();
        this.events = services.events();
        this.plane = new RequestPlaneServer(loop, config.plane(), streams);
        this.kv = new KvPublisher(loop, config.kvFeed(), epoch(services.random()));
        plane.publish(kv);
        this.engine = engines.create(loop, new EngineEvents(), kv);
        this.loadReporter =
                new LoadReporter(loop, config.loadReport(), engine.capacity(), engine::load, this::tellLoad);
        this.registration = new Registration(
                loop,
                services.store(),
                config.lease(),
                lease -> describe(services.id().value(), lease),
                new Registered());
        this.canary = new Canary(loop, config.health(), config.model(), new CanarySubject(), new Judged());
        this.monitor = new EngineMonitor(loop, config.health(), engine, this::engineDied);
        this.departure = new Departure(loop, config.shutdown(), registration, engine, streams, this::ended);
    }

    /// A number that no other life of any worker has, but by a chance of one in 2^64.
    private static long epoch(RandomSource random) {
        long drawn = random.fork("kv-epoch").nextLong();
        return drawn == 0 ? 1 : drawn;
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        startedNanos = loop.now();
        address = plane.listen(transport);
        stage = Stage.READY;
        loadReporter.start();
        registration.register();
        canary.start();
        monitor.start();
    }

    @Override
    public void stop() {
        switch (stage) {
            case STARTING, READY -> {
                drain("asked to stop");
                departure.begin();
            }
            case DRAINING -> departure.atOnce();
            case STOPPED -> {
                // It has ended.
            }
        }
    }

    private void drain(String why) {
        stage = Stage.DRAINING;
        evidence = why;
        canary.stop();
        monitor.stop();
        events.emit(new EventRecord.NodeDraining(
                plane.openStreams(),
                config.shutdown().handsOver(),
                config.shutdown().graceNanos()));
    }

    private void engineDied(String why) {
        events.emit(new EventRecord.HealthChanged(
                instance, WorkerHealth.DEAD, HealthCheck.ENGINE, "its engine died: " + why));
        drain("its engine died: " + why);
        departure.engineDied(why);
    }

    private void ended(NodeExit exit) {
        stage = Stage.STOPPED;
        loadReporter.stop();
        kv.close();
        plane.close();
        ended.accept(exit);
    }

    /// The blocks that its cache holds for reuse, in ascending order.
    public long[] reusableBlocks() {
        return kv.content();
    }

    @Override
    public WorkerState state() {
        return new WorkerState(
                stage,
                registration.isHeld(),
                canary.isHealthy(),
                evidence,
                config.endpoint(),
                plane.openStreams(),
                loop.now() - startedNanos);
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

    /// Takes a sequence out of the engine.
    private void drop(long sequence, SequenceEnd how) {
        int before = engine.load().usedBlocks();
        engine.cancel(sequence);
        Served dropped = served.get(sequence);
        if (dropped != null) {
            events.emit(new EventRecord.SequenceReleased(
                    instance, dropped.request, before - engine.load().usedBlocks()));
        }
        end(sequence, how);
        loadReporter.changed();
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

    private final class Streams implements RequestPlaneServer.GenerateService, Departure.Streams {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            if (stage != Stage.READY) {
                plane.fail(sequence, new RequestError(ErrorType.ENGINE_SHUTDOWN, "the worker is shutting down"));
                return;
            }
            if (!canary.isHealthy()) {
                plane.fail(sequence, new RequestError(ErrorType.ENGINE_UNHEALTHY, evidence));
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
            submit(sequence, request);
        }

        @Override
        public void cancelled(long sequence) {
            drop(sequence, SequenceEnd.CANCELLED);
        }

        @Override
        public boolean isReady() {
            return stage == Stage.READY && canary.isHealthy();
        }

        @Override
        public EngineLoad load() {
            return engine.load();
        }

        @Override
        public int open() {
            return plane.openStreams();
        }

        @Override
        public void handOver(RequestError why) {
            for (long sequence : plane.openSequences()) {
                drop(sequence, SequenceEnd.LEFT_TO_OTHERS);
                plane.fail(sequence, why);
            }
        }
    }

    private void submit(long sequence, GenerateRequest request) {
        EngineLoad load = engine.load();
        if (load.running() + load.waiting() == 0) {
            canary.gotWork();
        }
        engine.submit(sequence, request);
        loadReporter.changed();
    }

    private final class CanarySubject implements Canary.Subject {
        @Override
        public long submit(GenerateRequest request) {
            long sequence = plane.ownSequence();
            WorkerNode.this.submit(sequence, request);
            return sequence;
        }

        @Override
        public void cancel(long sequence) {
            engine.cancel(sequence);
        }

        @Override
        public EngineLoad load() {
            return engine.load();
        }
    }

    private final class Judged implements Canary.Listener {
        @Override
        public void ended(boolean passed, long nanos, String detail) {
            events.emit(new EventRecord.CanaryEnded(instance, passed, nanos, detail));
        }

        @Override
        public void becameUnhealthy(String why) {
            evidence = why;
            events.emit(new EventRecord.HealthChanged(instance, WorkerHealth.UNHEALTHY, HealthCheck.CANARY, why));
            // Out of discovery first: what is handed over must not come back.
            registration.withdraw(() -> {});
            streams.handOver(new RequestError(ErrorType.ENGINE_UNHEALTHY, why));
        }

        @Override
        public void becameHealthy(String why) {
            evidence = why;
            events.emit(new EventRecord.HealthChanged(instance, WorkerHealth.HEALTHY, HealthCheck.CANARY, why));
            registration.register();
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
            canary.iterated(step);
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
            if (!canary.refused(sequence, error.message())) {
                plane.fail(sequence, error);
                end(sequence, SequenceEnd.FAILED);
            }
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
