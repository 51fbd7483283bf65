package io.faultline.sim.invariant;

import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord.AnswerChecked;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.NodeId;
import java.util.Optional;

/// Compares every token, as it comes, with the one that the model gives when nothing goes wrong, and a completed
/// answer's length with the undisturbed one's. Answers to prompts of tokens without stop strings are watched; the
/// load clients send nothing else, and check what reaches them once more.
public final class NoTokenLostOrRepeated implements Invariant {
    private final TokenModel model;

    public NoTokenLostOrRepeated(TokenModel model) {
        this.model = model;
    }

    @Override
    public String sentence() {
        return "Every client receives the tokens of the undisturbed answer: none lost, none repeated, none out of order.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (event.record() instanceof AnswerChecked checked && !checked.identical()) {
            report.broken(
                    event.node(),
                    "the " + checked.tokens() + " tokens that the client of request " + checked.request()
                            + " received are not those of the undisturbed answer");
        }
    }

    @Override
    public Optional<AnswerWatch> watch(NodeId frontend, InferenceRequest request, Report report) {
        if (request.prompt() instanceof Prompt.Tokens(int[] prompt)
                && request.stop().stopStrings().isEmpty()) {
            return Optional.of(new Compared(frontend, request, model.begin(prompt, request.sampling()), report));
        }
        return Optional.empty();
    }

    private static final class Compared implements AnswerWatch {
        private final NodeId frontend;
        private final InferenceRequest request;
        private final TokenModel.State undisturbed;
        private final Report report;
        private int received;
        private boolean differs;

        Compared(NodeId frontend, InferenceRequest request, TokenModel.State undisturbed, Report report) {
            this.frontend = frontend;
            this.request = request;
            this.undisturbed = undisturbed;
            this.report = report;
        }

        @Override
        public void token(int token) {
            if (differs) {
                return;
            }
            int expected = received >= request.stop().maxTokens()
                    ? TokenModel.END
                    : undisturbed.next(TokenModel.mayEnd(request.stop(), received));
            if (token != expected) {
                differs = true;
                report.broken(
                        frontend,
                        "token " + received + " of request " + request.id() + " is " + token + ", but the undisturbed "
                                + (expected == TokenModel.END ? "answer ends there" : "one is " + expected));
                return;
            }
            undisturbed.accept(token);
            received++;
        }

        @Override
        public void ended(Outcome outcome) {
            if (outcome instanceof Outcome.Completed completed && !differs && !isWhole(completed.reason())) {
                report.broken(
                        frontend,
                        "request " + request.id() + " completed ("
                                + completed.reason().wireName() + ") after " + received
                                + " tokens, before the undisturbed answer ends");
            }
        }

        private boolean isWhole(FinishReason reason) {
            return switch (reason) {
                case LENGTH -> received == request.stop().maxTokens();
                case STOP -> undisturbed.next(TokenModel.mayEnd(request.stop(), received)) == TokenModel.END;
            };
        }
    }
}
