package io.faultline.runtime.host.metrics;

import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.List;

/// What the models' cards say. Set from registrations, which carry a part of it, and from what the frontend knows when
/// somebody asks. Thread-safe.
final class ModelGauges {
    private final LabelLimit models;
    private final Gauge kvBlocks;
    private final Gauge kvBlockTokens;
    private final Gauge sequencesMax;
    private final Gauge batchedTokensMax;
    private final Gauge contextTokens;
    private final Gauge migrationLimit;

    ModelGauges(Meters meters, LabelLimit models) {
        this.models = models;
        kvBlocks = meters.gauge("model_total_kv_blocks", "KV blocks of one instance", "model");
        kvBlockTokens = meters.gauge("model_kv_cache_block_size", "Tokens of a KV block", "model");
        sequencesMax = meters.gauge("model_max_num_seqs", "Most sequences in a batch", "model");
        batchedTokensMax = meters.gauge("model_max_num_batched_tokens", "Most tokens in an iteration", "model");
        contextTokens = meters.gauge("model_context_length", "Longest prompt and answer together, in tokens", "model");
        migrationLimit = meters.gauge("model_migration_limit", "Most migrations of one request", "model");
    }

    void registered(String model, int blocks, int blockTokens) {
        String label = models.admit(model);
        kvBlocks.labelValues(label).set(blocks);
        kvBlockTokens.labelValues(label).set(blockTokens);
    }

    void learn(List<ModelSummary> summaries) {
        for (ModelSummary m : summaries) {
            registered(m.name(), m.kvBlocks(), m.kvBlockTokens());
            String label = models.admit(m.name());
            sequencesMax.labelValues(label).set(m.sequencesMax());
            batchedTokensMax.labelValues(label).set(m.batchedTokensMax());
            contextTokens.labelValues(label).set(m.contextTokens());
            migrationLimit.labelValues(label).set(m.migrationLimit());
        }
    }
}
