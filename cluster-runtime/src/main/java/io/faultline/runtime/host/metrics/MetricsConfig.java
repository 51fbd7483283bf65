package io.faultline.runtime.host.metrics;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// What the metrics are called and how many there may be. Immutable.
///
/// @param prefix of Dynamo's frontend metrics (`DYN_METRICS_PREFIX`, `--metrics-prefix`), without the underscore
/// @param modelsMax values of the label `model`; further models share the value `other`
/// @param workersMax values of the label `worker`; further workers share the value `other`
/// @param kindsMax values of each label whose values come from outside (kinds of faults, verdicts of playbooks)
/// @param namespace value of Dynamo's label `dynamo_namespace`
/// @param endpoint value of Dynamo's label `dynamo_endpoint`
/// @param stallNanos a loop that is later than this has stalled
/// @param openRequestsMax requests that are followed at the same time; the oldest makes room and is not counted
///     as
/// ended
/// @param histograms bounds of the histograms' buckets
@RecordBuilder
public record MetricsConfig(
        String prefix,
        String namespace,
        String endpoint,
        int modelsMax,
        int workersMax,
        int kindsMax,
        int openRequestsMax,
        long stallNanos,
        Histograms histograms)
        implements MetricsConfigBuilder.With {
    public MetricsConfig {
        Invariants.check(prefix.matches("[a-zA-Z_][a-zA-Z0-9_]*"), "'%s' cannot begin a metric's name", prefix);
        Invariants.check(modelsMax >= 1 && workersMax >= 1 && kindsMax >= 1, "at least one value a label");
        Invariants.check(stallNanos > 0, "a stall has a length");
        Invariants.check(openRequestsMax >= 1, "at least one request is followed");
    }

    public static MetricsConfig defaults() {
        return new MetricsConfig(
                "dynamo_frontend", "dynamo", "generate", 64, 512, 64, 100_000, 50_000_000, Histograms.defaults());
    }

    public MetricsConfig limitedTo(int models, int workers, int kinds, int openRequests) {
        return with(b -> b.modelsMax(models).workersMax(workers).kindsMax(kinds).openRequestsMax(openRequests));
    }

    /// Bounds of Dynamo's frontend histograms (`DYN_METRICS_..._MIN`, `_MAX`, `_COUNT`), and of our steps.
    ///
    /// @param requestSeconds whole requests
    /// @param firstTokenSeconds time to the first token
    /// @param tokenSeconds time between tokens
    /// @param inputTokens prompts, and their cached parts
    /// @param outputTokens answers
    /// @param stepSeconds engine iterations
    public record Histograms(
            Buckets requestSeconds,
            Buckets firstTokenSeconds,
            Buckets tokenSeconds,
            Buckets inputTokens,
            Buckets outputTokens,
            Buckets stepSeconds) {
        public static Histograms defaults() {
            return new Histograms(
                    new Buckets(1, 256, 10),
                    new Buckets(0.001, 480, 18),
                    new Buckets(0.001, 2, 13),
                    new Buckets(50, 128_000, 12),
                    new Buckets(50, 32_000, 10),
                    new Buckets(0.0005, 2, 13));
        }
    }
}
