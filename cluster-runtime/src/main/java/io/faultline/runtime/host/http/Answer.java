package io.faultline.runtime.host.http;

import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One generation under way, between its exchange and the frontend. Confined to the frontend's loop, except
/// [#begin], [#cancel] and [#abort], which may be called from anywhere.
abstract sealed class Answer implements ResponseSink permits StreamAnswer, UnaryAnswer {
    private final Exchange exchange;
    private final NodeLoop loop;
    private final ServerStage stage;
    private final List<Long> workers = new ArrayList<>(1);
    private FrontendPort.@Nullable Ticket ticket;
    private @Nullable Refusal aborted;
    private boolean cancelled;
    private boolean over;

    Answer(Exchange exchange, NodeLoop loop, ServerStage stage) {
        this.exchange = exchange;
        this.loop = loop;
        this.stage = stage;
    }

    final String id() {
        return exchange.id();
    }

    final Exchange exchange() {
        return exchange;
    }

    final ServerStage stage() {
        return stage;
    }

    final NodeLoop loop() {
        return loop;
    }

    /// Hands the request to the frontend. Called on the connection's event loop.
    final void begin(FrontendPort port, InferenceRequest request) {
        loop.post(() -> {
            ticket = port.submit(request, this);
            // The prompt is tokens now, or nothing.
            exchange.body().drop();
            onBegun();
        });
        exchange.whenAbandoned(this::cancel);
    }

    /// Nobody wants the answer any more.
    final void cancel(StopReason reason) {
        loop.post(() -> cancelOnLoop(reason));
    }

    /// Ends the answer with an error of the server's choice.
    final void abort(Refusal why) {
        loop.post(() -> {
            aborted = why;
            cancelOnLoop(StopReason.OPERATOR);
        });
    }

    private void cancelOnLoop(StopReason reason) {
        // Posted after the submission, so the ticket is there unless the submission failed.
        if (ticket != null && !over && !cancelled) {
            cancelled = true;
            ticket.cancel(reason);
        }
    }

    @Override
    public final void routed(long instance) {
        workers.add(instance);
        onRouted();
    }

    @Override
    public final void ended(Outcome outcome, String tail) {
        over = true;
        stage.end(this);
        if (outcome instanceof Outcome.Completed completed) {
            workers.clear();
            workers.addAll(completed.workers());
        }
        onEnded(outcome, tail);
    }

    /// The instances that serve or served the request, in order.
    final List<Long> workers() {
        return workers;
    }

    abstract void onBegun();

    abstract void onRouted();

    abstract void onEnded(Outcome outcome, String tail);

    /// What the client is told instead of an answer; null when there is an answer, or nobody to tell.
    final @Nullable Refusal refusalFor(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _ -> null;
            case Outcome.Failed failed -> Refusal.of(failed.error(), 0);
            case Outcome.Rejected rejected -> Refusal.of(rejected.error(), Math.max(1, rejected.retryAfterSeconds()));
            case Outcome.Cancelled(StopReason reason) ->
                switch (reason) {
                    case CLIENT_GONE, CLIENT_TOO_SLOW -> null;
                    case OPERATOR ->
                        aborted != null
                                ? aborted
                                : Refusal.of(ErrorType.CANCELLED, "The request was cancelled by an operator.");
                };
        };
    }
}
