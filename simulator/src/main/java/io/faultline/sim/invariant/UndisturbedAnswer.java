package io.faultline.sim.invariant;

import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import java.util.ArrayList;
import java.util.List;

/// What a client would be told if nothing went wrong, one token after the other, worked out in the plainest
/// way: the whole
/// text is kept, and after each token it is looked whether it ends with a stop string. For tokenisers whose
/// tokens are ASCII characters.
public final class UndisturbedAnswer {
    private final TokenModel.State state;
    private final StopConditions stop;
    private final StringBuilder text = new StringBuilder();
    private int tokens;
    private int stoppedAtChars = -1;

    public UndisturbedAnswer(TokenModel model, int[] prompt, StopConditions stop, SamplingOptions sampling) {
        this.state = model.begin(prompt, sampling);
        this.stop = stop;
    }

    /// All tokens of an answer.
    public static int[] tokens(TokenModel model, int[] prompt, StopConditions stop, SamplingOptions sampling) {
        if (stop.stopStrings().isEmpty()) {
            return model.answer(prompt, stop, sampling).tokens();
        }
        UndisturbedAnswer answer = new UndisturbedAnswer(model, prompt, stop, sampling);
        List<Integer> all = new ArrayList<>();
        for (int next = answer.next(); next != TokenModel.END; next = answer.next()) {
            answer.accept(next);
            all.add(next);
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The next token, or [TokenModel#END].
    int next() {
        return isStopped() || isFull() ? TokenModel.END : state.next(TokenModel.mayEnd(stop, tokens));
    }

    void accept(int token) {
        state.accept(token);
        tokens++;
        if (!stop.stopStrings().isEmpty()) {
            text.append((char) token);
            if (tokens > stop.minTokens()) {
                lookForStop();
            }
        }
    }

    private void lookForStop() {
        for (String each : stop.stopStrings()) {
            int begin = text.length() - each.length();
            boolean isLonger = stoppedAtChars < 0 || begin < stoppedAtChars;
            if (begin >= 0 && isLonger && text.indexOf(each, begin) == begin) {
                stoppedAtChars = begin;
            }
        }
    }

    /// True when a stop string was met.
    boolean isStopped() {
        return stoppedAtChars >= 0;
    }

    /// True when there are as many tokens as there may be.
    boolean isFull() {
        return tokens == stop.maxTokens();
    }

    int tokens() {
        return tokens;
    }

    /// The text so far, without the stop string. Kept for answers that stop strings can end.
    String text() {
        return isStopped() ? text.substring(0, stoppedAtChars) : text.toString();
    }
}
