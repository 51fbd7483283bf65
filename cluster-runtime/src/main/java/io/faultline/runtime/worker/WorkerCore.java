package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.HealthEvent.HealthCheck;
import io.faultline.runtime.event.HealthEvent.WorkerHealth;
import io.faultline.runtime.event.LoadEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.health.Canary;
import io.faultline.runtime.health.EngineMonitor;
import io.faultline.runtime.kv.KvPublisher;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.RequestPlaneServer;
import io.faultline.runtime.transport.Transport;
import io.faultline.runtime.worker.WorkerPort.Stage;
import io.faultline.runtime.worker.WorkerPort.WorkerState;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What every worker does, whatever its work is: has an engine, registers, watches the engine, tells its load, and
/// ends. While the engine fails its canaries the worker is out of discovery and its work elsewhere; when the
/// engine is dead the worker ends. How it ends is [Departure]'s. Confined to the loop.
final class WorkerCore {
    private final WorkerConfig config;
    private final NodeLoop loop;
    private final Transport transport;
    private final EventSink events;
    private final RequestPlaneServer plane;
    private final KvPublisher kv;
    private final Work work;
    private final Engine engine;
    private final Registration registration;
    private final Canary canary;
    private final EngineMonitor monitor;
    private final Departure departure;
    private final LoadReporter loadReporter;
    private Consumer<NodeExit> ended = _ -> {};
    private Address address = new Address("");
    private Stage stage = Stage.STARTING;
    private String evidence = "";
    private long startedNanos;
    private long instance;
    private @Nullable EngineLoad toldLoad;

    /// What this worker is for. Hears its own sequences from the engine; the canaries are the core's.
    interface Work extends EngineListener, Departure.Streams {
        /// A frontend opened a stream.
        void opened(long sequence, GenerateRequest request);

        /// Nobody wants that stream's sequence any more.
        void cancelled(long sequence);

        /// The worker is registered, or fit again: work may come.
        void ready();

        /// The worker ends; nothing is called afterwards.
        void close();
    }

    WorkerCore(NodeServices services, WorkerConfig config, EngineFactory engines, Work work) {
        this.config = config;
        this.loop = services.loop();
        this.transport = services.transport();
        this.events = services.events();
        this.work = work;
        this.plane = new RequestPlaneServer(loop, config.plane(), new Streams());
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
        this.departure = new Departure(loop, config.shutdown(), registration, engine, work, this::ended);
    }

    /// A number that no other life of any worker has, but by a chance of one in 2^64.
    private static long epoch(RandomSource random) {
        long drawn = random.fork("kv-epoch").nextLong();
        return drawn == 0 ? 1 : drawn;
    }

    void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        startedNanos = loop.now();
        address = plane.listen(transport);
        stage = Stage.READY;
        loadReporter.start();
        registration.register();
        canary.start();
        monitor.start();
    }

    void stop() {
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

    WorkerState state() {
        return new WorkerState(
                stage,
                registration.isHeld(),
                canary.isHealthy(),
                evidence,
                config.endpoint(),
                work.open(),
                loop.now() - startedNanos);
    }

    KvPublisher kv() {
        return kv;
    }

    Engine engine() {
        return engine;
    }

    RequestPlaneServer plane() {
        return plane;
    }

    /// The present or last registration; 0 before the first.
    long instance() {
        return instance;
    }

    /// Where the request plane listens; empty before the start.
    Address address() {
        return address;
    }

    /// Why no work is taken now; empty when it is.
    Optional<RequestError> refusal() {
        if (stage != Stage.READY) {
            return Optional.of(new RequestError(ErrorType.ENGINE_SHUTDOWN, "the worker is shutting down"));
        }
        if (!canary.isHealthy()) {
            return Optional.of(new RequestError(ErrorType.ENGINE_UNHEALTHY, evidence));
        }
        return Optional.empty();
    }

    /// A sequence is about to enter the engine.
    void gotWork() {
        EngineLoad load = engine.load();
        if (load.running() + load.waiting() == 0) {
            canary.gotWork();
        }
    }

    /// What is in the engine has changed.
    void loadChanged() {
        loadReporter.changed();
    }

    private void drain(String why) {
        stage = Stage.DRAINING;
        evidence = why;
        canary.stop();
        monitor.stop();
        events.emit(new NodeEvent.NodeDraining(
                work.open(), config.shutdown().handsOver(), config.shutdown().graceNanos()));
    }

    private void engineDied(String why) {
        events.emit(new HealthEvent.HealthChanged(
                instance, WorkerHealth.DEAD, HealthCheck.ENGINE, "its engine died: " + why));
        drain("its engine died: " + why);
        departure.engineDied(why);
    }

    private void ended(NodeExit exit) {
        stage = Stage.STOPPED;
        loadReporter.stop();
        work.close();
        kv.close();
        plane.close();
        ended.accept(exit);
    }

    private void tellLoad(EngineLoad load) {
        plane.report(load);
        if (instance != 0 && !load.equals(toldLoad)) {
            toldLoad = load;
            events.emit(new LoadEvent.LoadReported(
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

    private final class Registered implements Registration.Listener {
        @Override
        public void registered(Instance registered, long ttlNanos) {
            instance = registered.id();
            events.emit(new DiscoveryEvent.InstanceRegistered(
                    instance,
                    registered.component(),
                    registered.card().model(),
                    registered.card().kvBlocks(),
                    registered.card().kvBlockTokens(),
                    ttlNanos));
            work.ready();
        }

        @Override
        public void lost(Instance lost) {
            // What is under way runs on: the lease is about new work only.
        }
    }

    private final class Streams implements RequestPlaneServer.GenerateService {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            Optional<RequestError> refused = refusal();
            if (refused.isPresent()) {
                plane.fail(sequence, refused.get());
            } else if (!request.model().equals(config.model())) {
                plane.fail(
                        sequence, new RequestError(ErrorType.INVALID_ARGUMENT, "this worker serves " + config.model()));
            } else {
                work.opened(sequence, request);
            }
        }

        @Override
        public void cancelled(long sequence) {
            work.cancelled(sequence);
        }

        @Override
        public boolean isReady() {
            return stage == Stage.READY && canary.isHealthy();
        }

        @Override
        public EngineLoad load() {
            return engine.load();
        }
    }

    private final class CanarySubject implements Canary.Subject {
        @Override
        public long submit(GenerateRequest request) {
            long sequence = plane.ownSequence();
            gotWork();
            engine.submit(sequence, request);
            loadReporter.changed();
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
            events.emit(new HealthEvent.CanaryEnded(instance, passed, nanos, detail));
        }

        @Override
        public void becameUnhealthy(String why) {
            evidence = why;
            events.emit(new HealthEvent.HealthChanged(instance, WorkerHealth.UNHEALTHY, HealthCheck.CANARY, why));
            // Out of discovery first: what is handed over must not come back.
            registration.withdraw(() -> {});
            work.handOver(new RequestError(ErrorType.ENGINE_UNHEALTHY, why));
        }

        @Override
        public void becameHealthy(String why) {
            evidence = why;
            events.emit(new HealthEvent.HealthChanged(instance, WorkerHealth.HEALTHY, HealthCheck.CANARY, why));
            registration.register();
        }
    }

    private final class EngineEvents implements EngineListener {
        @Override
        public void stepped(EngineStep step) {
            work.stepped(step);
            canary.iterated(step);
            EngineLoad load = engine.load();
            events.emit(new EngineEvent.EngineStepped(
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
                work.failed(sequence, error);
            }
        }

        @Override
        public void preempted(long sequence, int computedTokens) {
            work.preempted(sequence, computedTokens);
        }
    }
}
