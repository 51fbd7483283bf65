package io.faultline.sim.invariant;

import io.faultline.runtime.seam.NodeId;

/// A broken invariant. Immutable.
///
/// @param invariant its name
/// @param sentence what should have held
/// @param words what happened instead
/// @param atNanos virtual time
/// @param eventNumber number of the last event that had happened
/// @param node where
public record Violation(String invariant, String sentence, String words, long atNanos, long eventNumber, NodeId node) {}
