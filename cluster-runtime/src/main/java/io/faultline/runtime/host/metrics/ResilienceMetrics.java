package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.request.StopReason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Locale;

/// What broke and what mended: nodes, leases, inhibited instances, faults, drills, and whether answers stayed
/// whole. Confined to the loop that feeds it.
final class ResilienceMetrics {
    private static final double[] INHIBITED_SECONDS = {.1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300};

    private final LabelLimit faultKinds;
    private final LabelLimit verdicts;
    private final Counter nodeStarts;
    private final Counter nodeStops;
    private final Counter leases;
    private final Counter inhibited;
    private final Counter reinstated;
    private final Histogram inhibitedTime;
    private final Counter faultsInjected;
    private final Counter faultsRecovered;
    private final Counter playbookRuns;
    private final Counter answers;
    private final Counter cancelled;
    private final Counter rejected;
    private final Counter healthChanges;

    ResilienceMetrics(Meters meters, MetricsConfig config) {
        this.faultKinds = new LabelLimit(config.kindsMax());
        this.verdicts = new LabelLimit(config.kindsMax());
        nodeStarts = meters.counter("node_starts", "Nodes that began to run", "role");
        nodeStops = meters.counter("node_stops", "Nodes that ended", "how");
        leases = meters.counter("leases_ended", "Leases that the store dropped", "how");
        inhibited = meters.counter("instances_inhibited", "Instances set aside after a failure", "because");
        reinstated = meters.counter("instances_reinstated", "Instances taken back");
        inhibitedTime =
                meters.histogram("instance_inhibited_seconds", "How long an instance was set aside", INHIBITED_SECONDS);
        faultsInjected = meters.counter("faults_injected", "Faults injected", "kind");
        faultsRecovered = meters.counter("faults_recovered", "Injected faults that are over", "kind");
        playbookRuns = meters.counter("playbook_runs", "Playbook runs that finished", "verdict");
        answers = meters.counter(
                "answers_checked", "Answers that a client compared with the undisturbed ones", "identical");
        cancelled = meters.counter("requests_cancelled", "Requests that were cancelled", "reason");
        rejected = meters.counter("requests_rejected", "Requests refused before any work was done", "because");
        healthChanges = meters.counter("health_transitions", "Changes in a frontend's opinion of an instance", "to");
    }

    void started(NodeRole role) {
        nodeStarts.labelValues(label(role)).inc();
    }

    void stopped(NodeEvent.StopKind how) {
        nodeStops.labelValues(label(how)).inc();
    }

    void leaseEnded(boolean expired) {
        leases.labelValues(expired ? "expired" : "released").inc();
    }

    void inhibited(DiscoveryEvent.InstanceInhibited i) {
        inhibited.labelValues(label(i.because())).inc();
        healthChanges.labelValues("inhibited").inc();
    }

    void reinstated(DiscoveryEvent.InstanceReinstated r) {
        reinstated.inc();
        healthChanges.labelValues("healthy").inc();
        inhibitedTime.observe(r.inhibitedNanos() * 1e-9);
    }

    /// A frontend's view of discovery changed.
    void seen(boolean present) {
        healthChanges.labelValues(present ? "known" : "gone").inc();
    }

    void cancelled(StopReason reason) {
        cancelled.labelValues(label(reason)).inc();
    }

    void rejected(RejectReason because) {
        rejected.labelValues(because.label()).inc();
    }

    void injected(String kind) {
        faultsInjected.labelValues(faultKinds.admit(kind)).inc();
    }

    void recovered(String kind) {
        faultsRecovered.labelValues(faultKinds.admit(kind)).inc();
    }

    void playbookFinished(String verdict) {
        playbookRuns.labelValues(verdicts.admit(verdict)).inc();
    }

    void answerChecked(boolean identical) {
        answers.labelValues(Boolean.toString(identical)).inc();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
