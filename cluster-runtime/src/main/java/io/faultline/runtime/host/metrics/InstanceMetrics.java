package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.LoadEvent;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.LinkedHashMap;
import java.util.Map;

/// Dynamo's gauges of what a frontend last saw of each worker, by instance. An instance is an aggregated one
/// until there are others, and has one rank. Confined to the loop that feeds it.
final class InstanceMetrics {
    private static final double SECONDS = 1e-9;
    private static final String[] LABELS = {"worker_id", "dp_rank", "worker_type"};
    private static final String AGGREGATED = "aggregated";
    private static final String NO_RANK = "none";
    private static final String FIRST_RANK = "0";

    private final int instancesMax;
    /// The instances that have series, and the nodes they run on.
    private final Map<Long, String> nodes = new LinkedHashMap<>();

    private final Gauge decodeBlocks;
    private final Gauge prefillTokens;
    private final Gauge firstToken;
    private final Gauge inputTokens;
    private final Gauge tokenLatency;

    InstanceMetrics(Meters meters, MetricsConfig config) {
        this.instancesMax = config.workersMax();
        decodeBlocks = meters.gauge("worker_active_decode_blocks", "KV blocks that a worker's sequences hold", LABELS);
        prefillTokens = meters.gauge(
                "worker_active_prefill_tokens", "Prompt tokens that a worker has still to compute", LABELS);
        firstToken = meters.gauge(
                "worker_last_time_to_first_token_seconds", "Of the last request that a worker began to answer", LABELS);
        inputTokens = meters.gauge(
                "worker_last_input_sequence_tokens",
                "Prompt of the last request that a worker began to answer",
                LABELS);
        tokenLatency = meters.gauge(
                "worker_last_inter_token_latency_seconds", "Mean of the last stretch of tokens from a worker", LABELS);
    }

    void registered(String node, long instance) {
        nodeStopped(node);
        if (nodes.size() < instancesMax) {
            nodes.put(instance, node);
            decodeBlocks.labelValues(id(instance), FIRST_RANK, AGGREGATED).set(0);
            prefillTokens.labelValues(id(instance), FIRST_RANK, AGGREGATED).set(0);
        }
    }

    void reported(LoadEvent.LoadReported r) {
        if (nodes.containsKey(r.instance())) {
            prefillTokens.labelValues(id(r.instance()), FIRST_RANK, AGGREGATED).set(r.activePrefillTokens());
        }
    }

    void stepped(EngineEvent.EngineStepped s) {
        if (nodes.containsKey(s.instance())) {
            decodeBlocks.labelValues(id(s.instance()), FIRST_RANK, AGGREGATED).set(s.usedBlocks());
        }
    }

    void firstToken(long instance, long ttftNanos, int promptTokens) {
        if (nodes.containsKey(instance)) {
            String id = id(instance);
            firstToken.labelValues(id, NO_RANK, AGGREGATED).set(ttftNanos * SECONDS);
            inputTokens.labelValues(id, NO_RANK, AGGREGATED).set(promptTokens);
        }
    }

    void delivered(long instance, double secondsAToken) {
        if (nodes.containsKey(instance)) {
            tokenLatency.labelValues(id(instance), NO_RANK, AGGREGATED).set(secondsAToken);
        }
    }

    void nodeStopped(String node) {
        nodes.entrySet().removeIf(entry -> {
            boolean gone = entry.getValue().equals(node);
            if (gone) {
                String id = id(entry.getKey());
                decodeBlocks.remove(id, FIRST_RANK, AGGREGATED);
                prefillTokens.remove(id, FIRST_RANK, AGGREGATED);
                firstToken.remove(id, NO_RANK, AGGREGATED);
                inputTokens.remove(id, NO_RANK, AGGREGATED);
                tokenLatency.remove(id, NO_RANK, AGGREGATED);
            }
            return gone;
        });
    }

    private static String id(long instance) {
        return Long.toUnsignedString(instance);
    }
}
