package io.faultline.sim.invariant;

import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.event.ClientEvent.AnswerChecked;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.NodeId;
import java.util.Optional;

/// Compares every token, as it comes, with the one that the model gives when nothing goes wrong, and a completed
/// answer's length, text (where stop strings may end it) and count with the undisturbed one's. Answers to
/// prompts of tokens are watched; the load clients send nothing else, and check what reaches them once more.
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
        if (request.prompt() instanceof Prompt.Tokens(int[] prompt)) {
            UndisturbedAnswer undisturbed = new UndisturbedAnswer(model, prompt, request.stop(), request.sampling());
            return Optional.of(new Compared(frontend, request, undisturbed, report));
        }
        return Optional.empty();
    }

    private static final class Compared implements AnswerWatch {
        private final NodeId frontend;
        private final InferenceRequest request;
        private final UndisturbedAnswer undisturbed;
        private final Report report;
        private final StringBuilder told = new StringBuilder();
        private boolean differs;

        Compared(NodeId frontend, InferenceRequest request, UndisturbedAnswer undisturbed, Report report) {
            this.frontend = frontend;
            this.request = request;
            this.undisturbed = undisturbed;
            this.report = report;
        }

        private boolean isTextWatched() {
            return !request.stop().stopStrings().isEmpty();
        }

        @Override
        public void delta(int token, String text) {
            if (differs) {
                return;
            }
            int expected = undisturbed.next();
            if (token != expected) {
                broken("token " + undisturbed.tokens() + " of request " + request.id() + " is " + token
                        + ", but the undisturbed "
                        + (expected == TokenModel.END ? "answer ends there" : "one is " + expected));
                return;
            }
            undisturbed.accept(token);
            if (isTextWatched()) {
                told.append(text);
                if (!undisturbed.text().startsWith(told.toString())) {
                    broken("request " + request.id() + " was told '" + told + "', but the undisturbed text is '"
                            + undisturbed.text() + "'");
                }
            }
        }

        @Override
        public void ended(Outcome outcome, String tail) {
            if (differs || !(outcome instanceof Outcome.Completed completed)) {
                return;
            }
            if (!isWhole(completed.reason())) {
                broken("request " + request.id() + " completed ("
                        + completed.reason().wireName() + ") after " + undisturbed.tokens()
                        + " tokens, before the undisturbed answer ends");
            } else if (isTextWatched() && !undisturbed.wholeText().contentEquals(told.append(tail))) {
                broken("the text of request " + request.id() + " is '" + told + "', but undisturbed '"
                        + undisturbed.wholeText() + "'");
            } else if (completed.usage().completionTokens() != undisturbed.tokens()) {
                broken("request " + request.id() + " was charged "
                        + completed.usage().completionTokens() + " tokens for " + undisturbed.tokens());
            }
        }

        private boolean isWhole(FinishReason reason) {
            return switch (reason) {
                case LENGTH -> undisturbed.isFull() && !undisturbed.isStopped();
                case STOP -> undisturbed.isStopped() || !undisturbed.isFull() && undisturbed.next() == TokenModel.END;
            };
        }

        private void broken(String words) {
            differs = true;
            report.broken(frontend, words);
        }
    }
}
