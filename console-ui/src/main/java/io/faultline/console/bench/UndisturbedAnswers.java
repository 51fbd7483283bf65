package io.faultline.console.bench;

import io.faultline.console.bench.CompletionStream.Request;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.text.TextStream;
import io.faultline.runtime.text.Tokenizer;

/// What the modelled engine answers when nothing fails. Thread-safe.
public final class UndisturbedAnswers {
    private final Tokenizer tokenizer;
    private final TokenModel model;

    public UndisturbedAnswers(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.model = new TokenModel(tokenizer);
    }

    public String textOf(Request request) {
        TextStream decoder = new TextStream(tokenizer, request.stop());
        StringBuilder text = new StringBuilder();
        for (int token : model.answer(request.prompt(), request.stop(), request.sampling())
                .tokens()) {
            text.append(decoder.accept(token));
        }
        return text.append(decoder.finish()).toString();
    }

    /// Characters missing from and surplus in an answer: what lies between the part that agrees at the front and the
    /// part that agrees at the back.
    public static Difference difference(String expected, String answer) {
        int shorter = Math.min(expected.length(), answer.length());
        int front = 0;
        while (front < shorter && expected.charAt(front) == answer.charAt(front)) {
            front++;
        }
        int back = 0;
        while (back < shorter - front
                && expected.charAt(expected.length() - 1 - back) == answer.charAt(answer.length() - 1 - back)) {
            back++;
        }
        return new Difference(expected.length() - front - back, answer.length() - front - back);
    }

    public record Difference(int missing, int surplus) {
        public boolean isNone() {
            return missing == 0 && surplus == 0;
        }
    }
}
