package io.faultline.runtime.history;

import io.faultline.runtime.history.TopologySnapshot.NodeHealth;

/// A node's health changed, or what it rests on.
///
/// @param evidence one sentence: what was seen, and by whom
public record HealthTransition(String node, NodeHealth from, NodeHealth to, long atNanos, String evidence) {}
