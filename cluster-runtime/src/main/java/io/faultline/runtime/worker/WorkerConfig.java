package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.transport.RequestPlaneConfig;

/// Everything that can be chosen about a worker, its engine apart.
///
/// @param namespace first part of its name in discovery; default dynamo
/// @param component second part; default backend
/// @param endpoint third part; default generate
/// @param model name of the model it serves
/// @param drainNanos how long a stopping worker lets running streams finish before it hands them over; 0 hands
///     them over at once, which is right when the frontends migrate
/// @param loadReport how often it tells its load
public record WorkerConfig(
        String namespace,
        String component,
        String endpoint,
        String model,
        LeaseConfig lease,
        RequestPlaneConfig plane,
        long drainNanos,
        LoadReportConfig loadReport) {
    public WorkerConfig {
        Invariants.check(!model.isBlank(), "a worker serves a named model");
        Invariants.check(drainNanos >= 0, "a drain takes at least 0 ns");
    }

    public static WorkerConfig serving(String model) {
        return new WorkerConfig(
                "dynamo",
                "backend",
                "generate",
                model,
                LeaseConfig.defaults(),
                RequestPlaneConfig.defaults(),
                0,
                LoadReportConfig.defaults());
    }

    public WorkerConfig withLease(LeaseConfig other) {
        return new WorkerConfig(namespace, component, endpoint, model, other, plane, drainNanos, loadReport);
    }

    public WorkerConfig withPlane(RequestPlaneConfig other) {
        return new WorkerConfig(namespace, component, endpoint, model, lease, other, drainNanos, loadReport);
    }
}
