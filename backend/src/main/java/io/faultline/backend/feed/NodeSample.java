package io.faultline.backend.feed;

import io.faultline.runtime.history.TopologySnapshot.NodeHealth;

/// How one node was at one moment. @param openRequests streams open on it
public record NodeSample(
        long atNanos,
        NodeHealth health,
        int running,
        int waiting,
        int usedBlocks,
        int cachedBlocks,
        int kvBlocks,
        double tokensPerSecond,
        int openRequests) {}
