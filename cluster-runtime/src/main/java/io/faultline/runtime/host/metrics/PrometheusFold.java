package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.faultline.runtime.history.Fold;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Folds the event stream into Prometheus metrics. It counts whatever it is given: the events of one frontend,
/// as Dynamo's frontends do, or those of a whole cluster.
///
/// [#apply] is confined to the loop that feeds it; [#render] may be called from any thread.
public final class PrometheusFold implements Fold {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ModelGauges models;
    private final RequestMetrics requests;
    private final WorkerMetrics workers;
    private final ResilienceMetrics resilience;

    public PrometheusFold(MetricsConfig config) {
        Meters dynamo = new Meters(registry, config.prefix());
        Meters faultline = new Meters(registry, "faultline");
        LabelLimit modelNames = new LabelLimit(config.modelsMax());
        this.models = new ModelGauges(dynamo, modelNames);
        this.requests = new RequestMetrics(dynamo, config, modelNames);
        this.workers = new WorkerMetrics(faultline, config);
        this.resilience = new ResilienceMetrics(faultline, config);
    }

    @Override
    public void apply(ClusterEvent event) {
        long at = event.atNanos();
        String node = event.node().value();
        switch (event.record()) {
            case EventRecord.NodeStarted r -> resilience.started(r.role());
            case EventRecord.NodeStopped r -> {
                resilience.stopped(r.how());
                requests.nodeStopped(node);
                workers.stopped(node);
            }
            case EventRecord.InstanceRegistered r -> {
                models.registered(r.model(), r.kvBlocks(), r.kvBlockTokens());
                requests.introduce(r.model());
                workers.registered(node, r.kvBlocks());
            }
            case EventRecord.LeaseEnded r -> resilience.leaseEnded(r.expired());
            case EventRecord.InstanceSeen _ -> {
                // Every frontend sees every instance; the registration is what is counted.
            }
            case EventRecord.InstanceInhibited r -> resilience.inhibited(r);
            case EventRecord.InstanceReinstated r -> resilience.reinstated(r);
            case EventRecord.RequestReceived r -> requests.received(node, r);
            case EventRecord.RequestRouted r -> requests.routed(r);
            case EventRecord.FirstToken r -> requests.firstToken(r, at);
            case EventRecord.TokensDelivered r -> requests.delivered(r.request(), r.total(), at);
            case EventRecord.MigrationStarted r -> requests.migrationStarted(r, at);
            case EventRecord.MigrationCompleted r -> requests.migrationCompleted(r);
            case EventRecord.MigrationCapExceeded r -> requests.migrationCapExceeded(r);
            case EventRecord.MigrationFailed _ -> {
                // The failure of the request, which follows, ends the migration too.
            }
            case EventRecord.RequestCompleted r -> requests.completed(r, at);
            case EventRecord.RequestFailed r -> requests.failed(r, at);
            case EventRecord.RequestCancelled r -> requests.cancelled(r, at);
            case EventRecord.RequestRejected r -> requests.rejected(r);
            case EventRecord.EngineStepped r -> workers.stepped(node, r);
            case EventRecord.SequencePreempted _ -> workers.preempted(node);
            case EventRecord.SequenceReleased _ -> workers.released(node);
            case EventRecord.AnswerChecked r -> resilience.answerChecked(r.identical());
            case EventRecord.FaultInjected r -> resilience.injected(r.kind());
            case EventRecord.FaultRecovered r -> resilience.recovered(r.kind());
            case EventRecord.PlaybookStarted _, EventRecord.PlaybookStepped _ -> {
                // Counted when it finishes.
            }
            case EventRecord.PlaybookFinished r -> resilience.playbookFinished(r.verdict());
        }
    }

    /// The metrics in Prometheus' text format.
    /// @param known the models of the frontend that is asked, whose cards say more than their registrations
    public byte[] render(List<ModelSummary> known) {
        models.learn(known);
        ByteArrayOutputStream text = new ByteArrayOutputStream(16 * 1024);
        try {
            PrometheusTextFormatWriter.create().write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        return text.toByteArray();
    }
}
