package io.faultline.runtime.host.http;

import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.NodeLoop;

/// An answer as one JSON document, sent when it is complete. Its text is bounded by the request's `max_tokens` and the
/// model's context. Confined to the frontend's loop.
final class UnaryAnswer extends Answer {
    private final AnswerShape shape;
    private final StringBuilder text = new StringBuilder();

    UnaryAnswer(Exchange exchange, NodeLoop loop, ServerStage stage, AnswerShape shape) {
        super(exchange, loop, stage);
        this.shape = shape;
    }

    @Override
    void onBegun() {
        // Nothing is sent before the end.
    }

    @Override
    void onRouted() {
        // The document says it at the end.
    }

    @Override
    public void delta(String piece, int token) {
        text.append(piece);
    }

    @Override
    void onEnded(Outcome outcome, String tail) {
        Refusal refusal = refusalFor(outcome);
        if (refusal != null) {
            exchange().refuse(refusal);
        } else if (outcome instanceof Outcome.Completed completed) {
            JsonBytes out = new JsonBytes(text.length() + 512);
            shape.writeDocument(out, text.append(tail), completed.reason(), completed.usage(), workers());
            exchange().respond(out);
        } else {
            exchange().abort();
        }
    }
}
