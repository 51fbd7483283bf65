package io.faultline.runtime.history;

/// One injected fault. Immutable.
/// @param recoveredAtNanos -1 while it is active
/// @param how how it ended, empty while active
public record FaultView(
        String id, String kind, String target, String by, long injectedAtNanos, long recoveredAtNanos, String how) {}
