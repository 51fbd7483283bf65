package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.health.HealthCheckConfig;
import io.faultline.runtime.kv.KvFeedConfig;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
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
        Optional<PrefillConfig> prefill)
        implements WorkerConfigBuilder.With {
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

    public WorkerConfig withPrefill(PrefillConfig other) {
        return withPrefill(Optional.of(other));
    }

    /// A prefill worker beside this decode worker.
    public WorkerConfig asPrefillWorker() {
        return withComponent(Instance.PREFILL);
    }
}
