package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.LoadEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.PlaybookEvent;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.event.QueueEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.http.MetricsText;
import io.faultline.runtime.host.http.WireListener;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Folds the event stream into Prometheus metrics. It counts whatever it is given: the events of one frontend,
/// as Dynamo's frontends do, or those of a whole cluster.
///
/// [#apply] is confined to the loop that feeds it; [#render] may be called from any thread.
public final class PrometheusFold implements Fold, MetricsText {
    private final Meters.Catalog catalog = new Meters.Catalog();
    private final ModelGauges models;
    private final RequestMetrics requests;
    private final WorkerMetrics workers;
    private final AdmissionMetrics admission;
    private final ResilienceMetrics resilience;
    private final HealthMetrics health;
    private final ComponentMetrics components;
    private final InstanceMetrics instances;
    private final RecoveryMetrics recoveries;
    private final RouterMetrics routers;
    private final WireMetrics wire;
    private final PrefillMetrics prefill;
    private final ScalingMetrics scaling;
    private final Map<String, NodeRole> running = new LinkedHashMap<>();
    /// What to take from the machine's clock to get the stream's.
    private volatile long originNanos = System.nanoTime();

    public PrometheusFold(MetricsConfig config) {
        Meters dynamo = new Meters(catalog, config.prefix());
        Meters component = new Meters(catalog, "dynamo_component");
        Meters plane = new Meters(catalog, "dynamo_request_plane");
        Meters faultline = new Meters(catalog, "faultline");
        LabelLimit modelNames = new LabelLimit(config.modelsMax());
        this.models = new ModelGauges(dynamo, modelNames);
        this.instances = new InstanceMetrics(dynamo, config);
        this.requests = new RequestMetrics(
                dynamo,
                config,
                modelNames,
                new MigrationMetrics(dynamo, faultline),
                new AttemptMetrics(dynamo, plane),
                instances);
        this.admission = new AdmissionMetrics(faultline, config, modelNames);
        this.workers = new WorkerMetrics(faultline, config);
        this.components = new ComponentMetrics(component, config);
        this.resilience = new ResilienceMetrics(faultline, config);
        this.health = new HealthMetrics(faultline, config);
        this.recoveries = new RecoveryMetrics(faultline, config);
        this.routers = new RouterMetrics(component, new Meters(catalog, "dynamo_kvrouter"), faultline, config);
        this.wire = new WireMetrics(dynamo, faultline, config, requests);
        this.prefill = new PrefillMetrics(faultline, config);
        this.scaling = new ScalingMetrics(Meters.ofPlanner(catalog), faultline, config);
    }

    @Override
    public void apply(ClusterEvent event) {
        long at = event.atNanos();
        originNanos = System.nanoTime() - at;
        String node = event.node().value();
        switch (event.record()) {
            case NodeEvent.NodeStarted r -> {
                resilience.started(r.role());
                if (running.put(node, r.role()) == null) {
                    scaling.changed(r.role(), true, at);
                }
                components.started(node, at);
            }
            case NodeEvent.NodeStopped r -> {
                resilience.stopped(r.how());
                if (r.how() == NodeEvent.StopKind.KILLED) {
                    recoveries.killed(node, at);
                }
                NodeRole role = running.remove(node);
                if (role != null) {
                    scaling.changed(role, false, at);
                }
                requests.nodeStopped(node);
                workers.stopped(node);
                health.stopped(node);
                admission.stopped(node);
                components.stopped(node);
                instances.nodeStopped(node);
                routers.stopped(node);
                prefill.stopped(node);
            }
            case DiscoveryEvent.InstanceRegistered r -> {
                models.registered(r.model(), r.kvBlocks(), r.kvBlockTokens());
                requests.introduce(r.model());
                workers.registered(node, r.kvBlocks());
                health.registered(node);
                components.registered(node, r, at);
                instances.registered(node, r.instance());
                recoveries.registered(node, r.instance());
            }
            case QueueEvent.QueueObserved _,
                    QueueEvent.QueueMessageDropped _,
                    PrefillEvent.PrefillQueued _,
                    PrefillEvent.PrefillStarted _,
                    PrefillEvent.PrefillComputed _,
                    PrefillEvent.PrefillDropped _,
                    PrefillEvent.KvSpooled _,
                    PrefillEvent.KvUnspooled _,
                    PrefillEvent.KvHandedOver _,
                    PrefillEvent.KvDeclined _,
                    PrefillEvent.PrefillFellBack _,
                    PrefillEvent.PrefillWithdrawn _,
                    PrefillEvent.PrefillRulesChanged _ -> prefill.apply(node, event.record());
            case ScalingEvent.PlannerDecided _,
                    ScalingEvent.OrchestratorTookOver _,
                    ScalingEvent.MachineChanged _,
                    ScalingEvent.MachineCordoned _,
                    ScalingEvent.MachineUncordoned _,
                    ScalingEvent.ProcessPlaced _,
                    ScalingEvent.ProcessUnplaced _,
                    ScalingEvent.ProcessRetired _,
                    ScalingEvent.RestartScheduled _ -> scaling.apply(event.record());
            case NodeEvent.NodeDraining _, NodeEvent.NodeUnresponsive _, NodeEvent.NodeResponsive _ -> {
                // Its end is counted; whether it answers, its own port says.
            }
            case ClientEvent.RequestSent _, ClientEvent.RequestUnserved _ -> {
                // The frontends' own counters are what a dashboard compares.
            }
            case HealthEvent.HealthChanged r -> health.changed(node, r);
            case HealthEvent.CanaryEnded r -> health.canaryEnded(r);
            case DiscoveryEvent.LeaseEnded r -> resilience.leaseEnded(r.expired());
            case DiscoveryEvent.InstanceSeen r -> {
                resilience.seen(r.present());
                if (r.present()) {
                    recoveries.seen(r.node(), r.instance(), at);
                } else {
                    recoveries.lost(r.instance(), at);
                    admission.unseen(node, r.instance());
                }
            }
            case DiscoveryEvent.InstanceInhibited r -> {
                resilience.inhibited(r);
                recoveries.lost(r.instance(), at);
            }
            case DiscoveryEvent.InstanceReinstated r -> {
                resilience.reinstated(r);
                recoveries.reinstated(r.instance(), at);
            }
            case RequestEvent.RequestReceived r -> requests.received(node, r, at);
            case RequestEvent.RequestRouted r -> requests.routed(r, at);
            case RequestEvent.FirstToken r -> requests.firstToken(r, at);
            case RequestEvent.TokensDelivered r -> requests.delivered(r, at);
            case MigrationEvent.MigrationStarted r -> requests.migrationStarted(r, at);
            case MigrationEvent.MigrationCompleted r -> requests.migrationCompleted(r, at);
            case MigrationEvent.MigrationCapExceeded r -> requests.migrationCapExceeded(r);
            case MigrationEvent.MigrationFailed r -> requests.migrationFailed(r);
            case RequestEvent.RequestCompleted r -> requests.completed(r, at);
            case RequestEvent.RequestFailed r -> requests.failed(r, at);
            case RequestEvent.RequestCancelled r -> {
                requests.cancelled(r, at);
                resilience.cancelled(r.reason());
            }
            case RequestEvent.RequestRejected r -> {
                requests.rejected(r);
                resilience.rejected(r.reason());
            }
            case RoutingEvent.RouterReady _ -> {
                // What it knows comes with its observations.
            }
            case RoutingEvent.RouteDecided r -> routers.decided(node, r);
            case RoutingEvent.RouterFallbackStarted _ -> routers.fallbackStarted(node);
            case RoutingEvent.RouterFallbackEnded r -> routers.fallbackEnded(node, r);
            case RoutingEvent.RouteDeclined _ -> routers.declined(node);
            case RoutingEvent.KvIndexResynced r -> routers.resynced(r.because());
            case RoutingEvent.RouterObserved r -> routers.observed(node, r);
            case LoadEvent.LoadReported r -> instances.reported(r);
            case LoadEvent.InstanceBusy r -> admission.busy(node, r);
            case LoadEvent.BusyThresholdsChanged r -> admission.thresholds(node, r);
            case LoadEvent.AdmissionLimitChanged r -> admission.limit(node, r);
            case EngineEvent.EngineStepped r -> {
                workers.stepped(node, r);
                components.stepped(node, r.usedBlocks());
                instances.stepped(r);
            }
            case EngineEvent.SequenceOpened _ -> components.opened(node);
            case EngineEvent.SequenceEnded r -> components.ended(node, r);
            case EngineEvent.SequencePreempted _ -> workers.preempted(node);
            case EngineEvent.SequenceReleased _ -> workers.released(node);
            case ClientEvent.AnswerChecked r -> resilience.answerChecked(r.identical());
            case FaultEvent.FaultInjected r -> {
                resilience.injected(r.kind());
                recoveries.injected(r.kind(), r.target(), at);
            }
            case FaultEvent.FaultRecovered r -> {
                resilience.recovered(r.kind());
                recoveries.recovered(r.target());
            }
            case PlaybookEvent.PlaybookStarted _, PlaybookEvent.PlaybookStepped _ -> {
                // Counted when it finishes.
            }
            case PlaybookEvent.PlaybookFinished r -> resilience.playbookFinished(r.verdict());
        }
    }

    /// Every metric that there is.
    List<Meters.Family> families() {
        return List.copyOf(catalog.families());
    }

    /// What the API's server is to tell about itself.
    @Override
    public WireListener wire() {
        return wire;
    }

    /// The metrics in Prometheus' text format.
    /// @param known the models of the frontend that is asked, whose cards say more than their registrations
    @Override
    public byte[] render(List<ModelSummary> known) {
        models.learn(known);
        components.tick(System.nanoTime() - originNanos);
        ByteArrayOutputStream text = new ByteArrayOutputStream(16 * 1024);
        try {
            PrometheusTextFormatWriter.create().write(text, catalog.registry().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        return text.toByteArray();
    }
}
