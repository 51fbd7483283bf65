package io.faultline.sim.invariant;

import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import java.util.ArrayList;
import java.util.List;

/// What a client would be told if nothing went wrong, one token after the other, worked out in the plainest way: all
/// bytes are kept, and after each token it is looked whether their text ends with a stop string. For tokenisers whose
/// tokens are single bytes.
public final class UndisturbedAnswer {
    private static final char UNREADABLE = '\uFFFD';

    private final TokenModel.State state;
    private final StopConditions stop;
    private final StringBuilder text = new StringBuilder();
    /// Of a character whose end is still to come.
    private int begun;

    private int bytesMissing;
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
            // A stop string ends with a character, which ends with this token.
            if (endsCharacter((byte) token) && tokens > stop.minTokens()) {
                lookForStop();
            }
        }
    }

    /// Appends the byte; true when a character of the text ends with it. The model ends what it begins, so what cannot
    /// be read is only the rest of a character that the prompt began.
    private boolean endsCharacter(byte b) {
        int bits = b & 0xFF;
        boolean continues = (bits & 0xC0) == 0x80;
        if (bytesMissing == 0 && continues) {
            text.append(UNREADABLE);
            return true;
        }
        if (bytesMissing == 0) {
            bytesMissing = bits < 0x80 ? 0 : bits < 0xE0 ? 1 : bits < 0xF0 ? 2 : 3;
            begun = bytesMissing == 0 ? bits : bits & (0x3F >> bytesMissing);
        } else {
            bytesMissing--;
            begun = begun << 6 | bits & 0x3F;
        }
        if (bytesMissing > 0) {
            return false;
        }
        text.appendCodePoint(begun);
        return true;
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

    /// The text so far, without the stop string and without a character whose end is still to come. Kept for answers
    /// that stop strings can end.
    String text() {
        return isStopped() ? text.substring(0, stoppedAtChars) : text.toString();
    }

    /// The same once no more comes: a character that lacks its end is told as one that could not be read.
    String wholeText() {
        return text() + (bytesMissing > 0 && !isStopped() ? String.valueOf(UNREADABLE) : "");
    }
}
