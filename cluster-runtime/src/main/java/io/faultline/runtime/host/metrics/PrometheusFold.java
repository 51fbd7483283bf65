package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventRecord.NodeRole;
import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.http.MetricsText;
import io.faultline.runtime.host.http.WireListener;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
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
    private final PrometheusRegistry registry = new PrometheusRegistry();
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
        Meters dynamo = new Meters(registry, config.prefix());
        Meters component = new Meters(registry, "dynamo_component");
        Meters plane = new Meters(registry, "dynamo_request_plane");
        Meters faultline = new Meters(registry, "faultline");
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
        this.routers = new RouterMetrics(component, new Meters(registry, "dynamo_kvrouter"), faultline, config);
        this.wire = new WireMetrics(dynamo, faultline, config);
        this.prefill = new PrefillMetrics(faultline, config);
        this.scaling = new ScalingMetrics(Meters.ofPlanner(registry), faultline, config);
    }

    @Override
    public void apply(ClusterEvent event) {
        long at = event.atNanos();
        originNanos = System.nanoTime() - at;
        String node = event.node().value();
        switch (event.record()) {
            case EventRecord.NodeStarted r -> {
                resilience.started(r.role());
                if (running.put(node, r.role()) == null) {
                    scaling.changed(r.role(), true, at);
                }
                components.started(node, at);
            }
            case EventRecord.NodeStopped r -> {
                resilience.stopped(r.how());
                if (r.how() == EventRecord.StopKind.KILLED) {
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
            case EventRecord.InstanceRegistered r -> {
                models.registered(r.model(), r.kvBlocks(), r.kvBlockTokens());
                requests.introduce(r.model());
                workers.registered(node, r.kvBlocks());
                health.registered(node);
                components.registered(node, r, at);
                instances.registered(node, r.instance());
                recoveries.registered(node, r.instance());
            }
            case EventRecord.QueueObserved _,
                    EventRecord.QueueMessageDropped _,
                    EventRecord.PrefillQueued _,
                    EventRecord.PrefillStarted _,
                    EventRecord.PrefillComputed _,
                    EventRecord.PrefillDropped _,
                    EventRecord.KvSpooled _,
                    EventRecord.KvUnspooled _,
                    EventRecord.KvHandedOver _,
                    EventRecord.KvDeclined _,
                    EventRecord.PrefillFellBack _,
                    EventRecord.PrefillWithdrawn _,
                    EventRecord.PrefillRulesChanged _ -> prefill.apply(node, event.record());
            case EventRecord.PlannerDecided _,
                    EventRecord.OrchestratorTookOver _,
                    EventRecord.MachineChanged _,
                    EventRecord.MachineCordoned _,
                    EventRecord.MachineUncordoned _,
                    EventRecord.ProcessPlaced _,
                    EventRecord.ProcessUnplaced _,
                    EventRecord.ProcessRetired _,
                    EventRecord.RestartScheduled _ -> scaling.apply(event.record());
            case EventRecord.NodeDraining _ -> {
                // Its end is counted.
            }
            case EventRecord.HealthChanged r -> health.changed(node, r);
            case EventRecord.CanaryEnded r -> health.canaryEnded(r);
            case EventRecord.LeaseEnded r -> resilience.leaseEnded(r.expired());
            case EventRecord.InstanceSeen r -> {
                resilience.seen(r.present());
                if (r.present()) {
                    recoveries.seen(r.node(), r.instance(), at);
                } else {
                    recoveries.lost(r.instance(), at);
                    admission.unseen(node, r.instance());
                }
            }
            case EventRecord.InstanceInhibited r -> {
                resilience.inhibited(r);
                recoveries.lost(r.instance(), at);
            }
            case EventRecord.InstanceReinstated r -> {
                resilience.reinstated(r);
                recoveries.reinstated(r.instance(), at);
            }
            case EventRecord.RequestReceived r -> requests.received(node, r, at);
            case EventRecord.RequestRouted r -> requests.routed(r, at);
            case EventRecord.FirstToken r -> requests.firstToken(r, at);
            case EventRecord.TokensDelivered r -> requests.delivered(r, at);
            case EventRecord.MigrationStarted r -> requests.migrationStarted(r, at);
            case EventRecord.MigrationCompleted r -> requests.migrationCompleted(r, at);
            case EventRecord.MigrationCapExceeded r -> requests.migrationCapExceeded(r);
            case EventRecord.MigrationFailed r -> requests.migrationFailed(r);
            case EventRecord.RequestCompleted r -> requests.completed(r, at);
            case EventRecord.RequestFailed r -> requests.failed(r, at);
            case EventRecord.RequestCancelled r -> {
                requests.cancelled(r, at);
                resilience.cancelled(r.reason());
            }
            case EventRecord.RequestRejected r -> {
                requests.rejected(r);
                resilience.rejected(r.reason());
            }
            case EventRecord.RouterReady _ -> {
                // What it knows comes with its observations.
            }
            case EventRecord.RouteDecided r -> routers.decided(node, r);
            case EventRecord.RouterFallbackStarted _ -> routers.fallbackStarted(node);
            case EventRecord.RouterFallbackEnded r -> routers.fallbackEnded(node, r);
            case EventRecord.RouteDeclined _ -> routers.declined(node);
            case EventRecord.KvIndexResynced r -> routers.resynced(r.because());
            case EventRecord.RouterObserved r -> routers.observed(node, r);
            case EventRecord.LoadReported r -> instances.reported(r);
            case EventRecord.InstanceBusy r -> admission.busy(node, r);
            case EventRecord.BusyThresholdsChanged r -> admission.thresholds(node, r);
            case EventRecord.AdmissionLimitChanged r -> admission.limit(node, r);
            case EventRecord.EngineStepped r -> {
                workers.stepped(node, r);
                components.stepped(node, r.usedBlocks());
                instances.stepped(r);
            }
            case EventRecord.SequenceOpened _ -> components.opened(node);
            case EventRecord.SequenceEnded r -> components.ended(node, r);
            case EventRecord.SequencePreempted _ -> workers.preempted(node);
            case EventRecord.SequenceReleased _ -> workers.released(node);
            case EventRecord.AnswerChecked r -> resilience.answerChecked(r.identical());
            case EventRecord.FaultInjected r -> {
                resilience.injected(r.kind());
                recoveries.injected(r.kind(), r.target(), at);
            }
            case EventRecord.FaultRecovered r -> {
                resilience.recovered(r.kind());
                recoveries.recovered(r.target());
            }
            case EventRecord.PlaybookStarted _, EventRecord.PlaybookStepped _ -> {
                // Counted when it finishes.
            }
            case EventRecord.PlaybookFinished r -> resilience.playbookFinished(r.verdict());
        }
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
            PrometheusTextFormatWriter.create().write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        return text.toByteArray();
    }
}
