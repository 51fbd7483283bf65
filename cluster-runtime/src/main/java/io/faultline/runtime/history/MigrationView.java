package io.faultline.runtime.history;

import io.faultline.runtime.event.MigrationEvent.MigrationType;

/// One attempt to continue a request elsewhere. Immutable.
///
/// @param attempt number of the attempt that broke, from 0
/// @param toNode empty until the request produced a token elsewhere
/// @param outcome running, success, failure, superseded (another migration took over before this one yielded a
///     token), cancelled or lost (with its frontend)
/// @param gapNanos from the break to the next token; -1 while running or failed
/// @param replayTokens prompt and delivered tokens handed to the next worker
/// @param recomputedTokens of these, how many had to be prefilled again; -1 while running or failed
public record MigrationView(
        String request,
        int attempt,
        MigrationType type,
        String fromNode,
        String toNode,
        String because,
        long startedAtNanos,
        String outcome,
        long gapNanos,
        int replayTokens,
        int recomputedTokens) {}
