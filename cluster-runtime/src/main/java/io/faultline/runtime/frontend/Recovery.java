package io.faultline.runtime.frontend;

import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.request.ErrorType;

/// Tells a request's migrations and measures their gap: from the break to the next token. A replacement that
/// breaks too,
/// before it produced anything, extends the gap of the first. Confined to the loop.
final class Recovery {
    private final Processor processor;
    private final String request;
    private boolean open;
    private long brokeAtNanos;
    private int attempt;
    private long from;
    private MigrationType type = MigrationType.NEW_REQUEST;

    Recovery(Processor processor, String request) {
        this.processor = processor;
        this.request = request;
    }

    /// @param replayTokens what the next worker has to prefill
    void started(int brokenAttempt, long instance, MigrationType kind, ErrorType because, int replayTokens) {
        if (!open) {
            brokeAtNanos = processor.now();
        }
        open = true;
        attempt = brokenAttempt;
        from = instance;
        type = kind;
        processor.emit(
                new MigrationEvent.MigrationStarted(request, brokenAttempt, instance, kind, because, replayTokens));
    }

    /// The next worker produced something.
    void completed(long to, int recomputedTokens) {
        if (open) {
            open = false;
            processor.emit(new MigrationEvent.MigrationCompleted(
                    request, attempt, from, to, type, processor.now() - brokeAtNanos, recomputedTokens));
        }
    }

    /// The request ends while it waits for its next worker or its next token.
    void failed(ErrorType because) {
        if (open) {
            open = false;
            processor.emit(new MigrationEvent.MigrationFailed(request, attempt, from, type, because));
        }
    }

    /// An attempt broke that another one would have followed if it could.
    void refused(int brokenAttempt, long instance, MigrationType kind, ErrorType because) {
        open = false;
        processor.emit(new MigrationEvent.MigrationFailed(request, brokenAttempt, instance, kind, because));
    }
}
