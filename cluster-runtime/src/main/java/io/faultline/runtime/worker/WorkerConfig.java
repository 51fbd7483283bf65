package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.health.HealthCheckConfig;
import io.faultline.runtime.kv.KvFeedConfig;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.transport.RequestPlaneConfig;
import java.util.Optional;

/// Everything that can be chosen about a worker, its engine apart.
///
/// @param namespace first part of its name in discovery; default dynamo
/// @param component second part; default backend
/// @param endpoint third part; default generate
/// @param model name of the model it serves
/// @param health how it watches its engine
/// @param shutdown how it stops; default: hands its streams over
/// @param loadReport how often it tells its load
/// @param kvFeed how it tells what its KV cache holds
/// @param prefill how prompts are prefilled elsewhere; empty = they are not
public record WorkerConfig(
        String namespace,
        String component,
        String endpoint,
        String model,
        LeaseConfig lease,
        RequestPlaneConfig plane,
        HealthCheckConfig health,
        ShutdownConfig shutdown,
        LoadReportConfig loadReport,
        KvFeedConfig kvFeed,
        Optional<PrefillConfig> prefill) {
    public WorkerConfig {
        Invariants.check(!model.isBlank(), "a worker serves a named model");
    }

    public static WorkerConfig serving(String model) {
        return new WorkerConfig(
                "dynamo",
                "backend",
                "generate",
                model,
                LeaseConfig.defaults(),
                RequestPlaneConfig.defaults(),
                HealthCheckConfig.defaults(),
                ShutdownConfig.handingOver(),
                LoadReportConfig.defaults(),
                KvFeedConfig.defaults(),
                Optional.empty());
    }

    public WorkerConfig withLease(LeaseConfig other) {
        return new WorkerConfig(
                namespace, component, endpoint, model, other, plane, health, shutdown, loadReport, kvFeed, prefill);
    }

    public WorkerConfig withHealth(HealthCheckConfig other) {
        return new WorkerConfig(
                namespace, component, endpoint, model, lease, plane, other, shutdown, loadReport, kvFeed, prefill);
    }

    public WorkerConfig withShutdown(ShutdownConfig other) {
        return new WorkerConfig(
                namespace, component, endpoint, model, lease, plane, health, other, loadReport, kvFeed, prefill);
    }

    public WorkerConfig withPlane(RequestPlaneConfig other) {
        return new WorkerConfig(
                namespace, component, endpoint, model, lease, other, health, shutdown, loadReport, kvFeed, prefill);
    }

    public WorkerConfig inNamespace(String other) {
        return new WorkerConfig(
                other, component, endpoint, model, lease, plane, health, shutdown, loadReport, kvFeed, prefill);
    }

    public WorkerConfig withPrefill(PrefillConfig other) {
        return new WorkerConfig(
                namespace,
                component,
                endpoint,
                model,
                lease,
                plane,
                health,
                shutdown,
                loadReport,
                kvFeed,
                Optional.of(other));
    }

    /// A prefill worker beside this decode worker.
    public WorkerConfig asPrefillWorker() {
        return new WorkerConfig(
                namespace,
                Instance.PREFILL,
                endpoint,
                model,
                lease,
                plane,
                health,
                shutdown,
                loadReport,
                kvFeed,
                prefill);
    }
}
