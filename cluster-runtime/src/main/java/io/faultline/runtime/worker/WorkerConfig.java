package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.health.HealthCheckConfig;
import io.faultline.runtime.kv.KvFeedConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.transport.RequestPlaneConfig;

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
        KvFeedConfig kvFeed) {
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
                KvFeedConfig.defaults());
    }

    public WorkerConfig withLease(LeaseConfig other) {
        return new WorkerConfig(
                namespace, component, endpoint, model, other, plane, health, shutdown, loadReport, kvFeed);
    }

    public WorkerConfig withHealth(HealthCheckConfig other) {
        return new WorkerConfig(
                namespace, component, endpoint, model, lease, plane, other, shutdown, loadReport, kvFeed);
    }

    public WorkerConfig withShutdown(ShutdownConfig other) {
        return new WorkerConfig(namespace, component, endpoint, model, lease, plane, health, other, loadReport, kvFeed);
    }

    public WorkerConfig withPlane(RequestPlaneConfig other) {
        return new WorkerConfig(
                namespace, component, endpoint, model, lease, other, health, shutdown, loadReport, kvFeed);
    }

    public WorkerConfig inNamespace(String other) {
        return new WorkerConfig(other, component, endpoint, model, lease, plane, health, shutdown, loadReport, kvFeed);
    }
}
