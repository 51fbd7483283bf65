package io.faultline.runtime.event;

import io.faultline.runtime.seam.NodeId;

/// One entry of the cluster's history.
///
/// @param sequence position in the stream, from 0, without gaps
/// @param atNanos time since the cluster started, in nanoseconds; never less than that of the entry before
/// @param node who says so
/// @param record what happened
public record ClusterEvent(long sequence, long atNanos, NodeId node, EventRecord record) {}
