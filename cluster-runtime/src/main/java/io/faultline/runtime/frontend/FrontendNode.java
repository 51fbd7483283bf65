package io.faultline.runtime.frontend;

import io.faultline.runtime.admission.AdmissionControl;
import io.faultline.runtime.admission.AdmissionPort;
import io.faultline.runtime.admission.BusyMonitor;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.frontend.Processor.Routing;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.routing.InstancePool;
import io.faultline.runtime.routing.LeastLoaded;
import io.faultline.runtime.routing.OutlierWatch;
import io.faultline.runtime.routing.RandomChoice;
import io.faultline.runtime.routing.RoundRobin;
import io.faultline.runtime.routing.RouterClient;
import io.faultline.runtime.routing.RoutingPolicy;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.RequestPlaneClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

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
    private final RouterClient routers;
    private final InstanceDirectory directory;
    private final ModelCatalogue models = new ModelCatalogue();
    private final Processor processor;
    private final OutlierWatch outliers;
    private final EventSink events;
    private Consumer<NodeExit> ended = _ -> {};
    private Stage stage = Stage.STARTING;

    public FrontendNode(NodeServices services, FrontendConfig config) {
        this(services, config, own -> own);
    }

    /// @param choice gives the policy by which it chooses without a router, when it is not to be the configured one
    public FrontendNode(NodeServices services, FrontendConfig config, UnaryOperator<RoutingPolicy> choice) {
        this.config = config;
        this.loop = services.loop();
        this.events = services.events();
        this.plane = new RequestPlaneClient(loop, services.transport(), config.plane());
        this.pool = new InstancePool(loop, plane, config.inhibition(), services.events());
        this.busy = new BusyMonitor(loop, plane, config.admission(), services.events());
        this.admission = new AdmissionControl(loop, config.admission(), pool, busy, services.events());
        this.routers =
                new RouterClient(loop, services.random(), services.transport(), config.routing(), services.events());
        this.directory =
                new InstanceDirectory(loop, services.store(), config.lease(), new InstanceDirectory.Listener() {
                    @Override
                    public void appeared(Instance instance) {
                        if (instance.component().equals(Instance.ROUTER)) {
                            routers.appeared(instance);
                        } else if (instance.takesRequests()) {
                            models.learn(instance);
                            pool.add(instance);
                            busy.appeared(instance);
                        }
                    }

                    @Override
                    public void vanished(Instance instance) {
                        if (instance.component().equals(Instance.ROUTER)) {
                            routers.vanished(instance);
                        } else if (instance.takesRequests()) {
                            lose(instance);
                        }
                    }

                    private void lose(Instance instance) {
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
                config,
                loop,
                services.random(),
                services.events(),
                plane,
                pool,
                models,
                admission,
                routing(services, choice));
        this.outliers = new OutlierWatch(services.id(), loop, config.outliers(), pool, plane, processor::leave);
    }

    private Routing routing(NodeServices services, UnaryOperator<RoutingPolicy> choice) {
        RoutingPolicy own = switch (config.routing().localMode()) {
            case ROUND_ROBIN -> new RoundRobin();
            case RANDOM -> new RandomChoice(services.random().fork("route"));
            case LEAST_LOADED, KV -> new LeastLoaded(busy::share);
        };
        return new Routing(choice.apply(own), routers);
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        stage = Stage.READY;
        directory.start();
        busy.start();
        outliers.start();
    }

    @Override
    public void stop() {
        switch (stage) {
            case STARTING, READY -> {
                stage = Stage.DRAINING;
                events.emit(new NodeEvent.NodeDraining(processor.activeCount(), false, config.drainNanos()));
                awaitDrain(loop.now() + config.drainNanos());
            }
            case DRAINING -> end(cutShort("stopped at once by a second request"));
            case STOPPED -> {
                // It has ended.
            }
        }
    }

    private void awaitDrain(long untilNanos) {
        if (stage != Stage.DRAINING) {
            return;
        }
        if (processor.activeCount() == 0) {
            end(NodeExit.stopped("stopped in order"));
        } else if (loop.now() >= untilNanos) {
            end(cutShort("the grace period of " + config.drainNanos() / 1_000_000_000L + " s is over"));
        } else {
            loop.after(DRAIN_CHECK_NANOS, () -> awaitDrain(untilNanos));
        }
    }

    private NodeExit cutShort(String why) {
        int open = processor.activeCount();
        return open == 0
                ? NodeExit.stopped(why)
                : NodeExit.forced(why + "; " + open + (open == 1 ? " request" : " requests") + " cut short");
    }

    private void end(NodeExit exit) {
        stage = Stage.STOPPED;
        processor.abortAll();
        outliers.close();
        busy.stop();
        directory.close();
        routers.close();
        plane.close();
        ended.accept(exit);
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

    /// True while it chooses workers by itself because no router answers.
    public boolean isFallenBack() {
        return routers.isFallenBack();
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
