package io.faultline.backend.feed;

import io.faultline.runtime.history.TopologySnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The last minutes of every node, one sample a second, bounded in nodes and samples. Thread-safe.
final class NodeTrends {
    private static final long SAMPLE_NANOS = 1_000_000_000L;

    private final int nodesMax;
    private final int samplesMax;
    private final Map<String, ArrayDeque<NodeSample>> trends = new LinkedHashMap<>();
    private long nextAtNanos = Long.MIN_VALUE;

    /// @param nodesMax nodes beyond this many are not sampled
    /// @param samplesMax samples of one node, about 60 bytes each
    NodeTrends(int nodesMax, int samplesMax) {
        this.nodesMax = nodesMax;
        this.samplesMax = samplesMax;
    }

    synchronized void sample(long nowNanos, TopologySnapshot topology) {
        if (nowNanos < nextAtNanos) {
            return;
        }
        nextAtNanos = nowNanos + SAMPLE_NANOS;
        for (NodeView n : topology.nodes()) {
            ArrayDeque<NodeSample> trend = trends.get(n.name());
            if (trend == null) {
                if (trends.size() == nodesMax) {
                    continue;
                }
                trend = new ArrayDeque<>();
                trends.put(n.name(), trend);
            }
            if (trend.size() == samplesMax) {
                trend.removeFirst();
            }
            trend.addLast(new NodeSample(
                    nowNanos,
                    n.health(),
                    n.running(),
                    n.waiting(),
                    n.usedBlocks(),
                    n.cachedBlocks(),
                    n.kvBlocks(),
                    n.tokensPerSecond(),
                    n.openRequests()));
        }
    }

    synchronized List<NodeSample> of(String node) {
        ArrayDeque<NodeSample> trend = trends.get(node);
        return trend == null ? List.of() : new ArrayList<>(trend);
    }
}
