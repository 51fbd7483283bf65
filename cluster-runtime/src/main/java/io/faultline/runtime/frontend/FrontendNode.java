package io.faultline.runtime.frontend;

import io.faultline.runtime.admission.AdmissionControl;
import io.faultline.runtime.admission.AdmissionPort;
import io.faultline.runtime.admission.BusyMonitor;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.routing.InstancePool;
import io.faultline.runtime.routing.RoundRobin;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.RequestPlaneClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A frontend with its processor and router: watches discovery, takes requests through [FrontendPort], and drains
/// before it ends. Confined to the loop.
public final class FrontendNode implements Node, FrontendPort, AdmissionPort {
    private static final long DRAIN_CHECK_NANOS = 10_000_000L;

    private final FrontendConfig config;
    private final NodeLoop loop;
    private final RequestPlaneClient plane;
    private final InstancePool pool;
    private final BusyMonitor busy;
    private final AdmissionControl admission;
    private final InstanceDirectory directory;
    private final ModelCatalogue models = new ModelCatalogue();
    private final Processor processor;
    private Stage stage = Stage.STARTING;

    public FrontendNode(NodeServices services, FrontendConfig config) {
        this.config = config;
        this.loop = services.loop();
        this.plane = new RequestPlaneClient(loop, services.transport(), config.plane());
        this.pool = new InstancePool(loop, plane, config.inhibition(), services.events());
        this.busy = new BusyMonitor(loop, plane, config.admission(), services.events());
        this.admission = new AdmissionControl(loop, config.admission(), pool, busy, services.events());
        this.directory =
                new InstanceDirectory(loop, services.store(), config.lease(), new InstanceDirectory.Listener() {
                    @Override
                    public void appeared(Instance instance) {
                        models.learn(instance);
                        pool.add(instance);
                        busy.appeared(instance);
                    }

                    @Override
                    public void vanished(Instance instance) {
                        pool.remove(instance);
                        // An expired lease says that the worker is probably dead. Streams that still flow say that it
                        // is
                        // not; they run on, and one that is silent is found by its heartbeats.
                        if (plane.openStreams(instance.address()) == 0) {
                            plane.forget(instance.address());
                        }
                        busy.vanished(instance);
                    }
                });
        this.processor = new Processor(
                config, loop, services.random(), services.events(), plane, pool, models, admission, new RoundRobin());
    }

    @Override
    public void start() {
        stage = Stage.READY;
        directory.start();
        busy.start();
    }

    @Override
    public void stop(Runnable done) {
        if (stage == Stage.STARTING || stage == Stage.READY) {
            stage = Stage.DRAINING;
            awaitDrain(loop.now() + config.drainNanos(), done);
        }
    }

    private void awaitDrain(long untilNanos, Runnable done) {
        if (processor.activeCount() > 0 && loop.now() < untilNanos) {
            loop.after(DRAIN_CHECK_NANOS, () -> awaitDrain(untilNanos, done));
            return;
        }
        stage = Stage.STOPPED;
        processor.abortAll();
        busy.stop();
        directory.close();
        plane.close();
        done.run();
    }

    @Override
    public Ticket submit(InferenceRequest request, ResponseSink sink) {
        if (stage == Stage.DRAINING || stage == Stage.STOPPED) {
            return processor.turnAway(request, sink);
        }
        return processor.submit(request, sink);
    }

    /// Ends a request for somebody who is not its client. False when no request of that id is in flight here.
    public boolean cancel(String requestId, StopReason reason) {
        return processor.cancel(requestId, reason);
    }

    @Override
    public List<ModelSummary> models() {
        List<ModelSummary> summaries = new ArrayList<>();
        for (ModelCard card : models.all()) {
            int routable = pool.candidates(card.model(), Set.of()).size();
            boolean registered =
                    pool.instances().stream().anyMatch(i -> i.card().model().equals(card.model()));
            if (registered) {
                summaries.add(new ModelSummary(
                        card.model(),
                        card.contextTokens(),
                        card.kvBlockTokens(),
                        card.kvBlocks(),
                        card.sequencesMax(),
                        card.batchedTokensMax(),
                        routable,
                        config.migration().limit()));
            }
        }
        return summaries;
    }

    @Override
    public FrontendState state() {
        List<InstanceState> instances = new ArrayList<>();
        boolean anyRoutable = false;
        for (Instance i : pool.instances()) {
            boolean inhibited = pool.isInhibited(i.id());
            anyRoutable |= !inhibited;
            instances.add(new InstanceState(
                    i.id(),
                    i.node(),
                    i.namespace(),
                    i.component(),
                    i.endpoint(),
                    i.card().model(),
                    i.address().value(),
                    inhibited,
                    pool.openStreams(i)));
        }
        return new FrontendState(stage, stage == Stage.READY && anyRoutable, List.copyOf(instances));
    }

    // ---- AdmissionPort

    @Override
    public List<ModelThresholds> busyThresholds() {
        return busy.configured();
    }

    @Override
    public Optional<BusyThresholds> busyThresholds(String model) {
        return busy.thresholds(model);
    }

    @Override
    public boolean useBusyThresholds(String model, BusyThresholds thresholds, String by) {
        return busy.use(model, thresholds, by);
    }

    @Override
    public void watchDoor(Consumer<Door> watcher) {
        admission.watchDoor(watcher);
    }

    @Override
    public void turnedAway(String request, ApiEndpoint endpoint) {
        admission.turnedAway(request, endpoint);
    }
}
