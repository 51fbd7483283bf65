package io.faultline.runtime.text;

import io.faultline.runtime.request.StopConditions;
import java.nio.charset.StandardCharsets;

/// Turns the tokens of one answer into text, piece by piece, and watches for stop strings. One instance belongs to
/// one request and goes on across its migrations, with the request's original stop conditions. Confined to the
/// processor's loop.
///
/// Whatever the cut into tokens, the pieces released by [#accept] and the tail from [#finish] together are the
/// decoded text up to, and without, the stop string that is complete first (of several complete at the same
/// character, the longest). A stop string counts only if its last character comes after the first
/// [StopConditions#minTokens] tokens. Text that may still become part of a stop string, or of a character, is held
/// back.
public final class TextStream {
    private final Tokenizer tokenizer;
    private final StopStrings stops;
    private final int minTokens;
    private final Utf8Decoder decoder = new Utf8Decoder();
    private final StringBuilder pending = new StringBuilder();
    private int state;
    private int tokens;
    private boolean stopped;

    public TextStream(Tokenizer tokenizer, StopConditions stop) {
        this.tokenizer = tokenizer;
        this.stops = StopStrings.of(stop.stopStrings());
        this.minTokens = stop.minTokens();
        this.state = stops.start();
    }

    /// Takes the next token; returns the text that may be released now, possibly empty. Tokens after the stop are
    /// ignored.
    public String accept(int token) {
        if (stopped) {
            return "";
        }
        tokens++;
        byte[] bytes = tokenizer.bytes(token);
        if (isPlain(bytes)) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        decoder.accept(bytes, this::append);
        return release(stopped ? 0 : stops.heldChars(state));
    }

    /// What most tokens are: whole ASCII characters that no stop string can hold back.
    private boolean isPlain(byte[] bytes) {
        if (stops != StopStrings.NONE || decoder.isInsideCharacter()) {
            return false;
        }
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /// True once a stop string was met; the answer is complete then.
    public boolean stopped() {
        return stopped;
    }

    /// Tokens taken, the one that completed a stop string included.
    public int tokens() {
        return tokens;
    }

    /// The answer is over: returns what was held back and belongs to it. An incomplete character becomes U+FFFD.
    public String finish() {
        if (!stopped) {
            decoder.finish(this::append);
        }
        return release(0);
    }

    private void append(int codePoint) {
        if (stopped) {
            return;
        }
        pending.appendCodePoint(codePoint);
        state = stops.next(state, codePoint);
        int matched = stops.matchedChars(state);
        if (matched > 0 && tokens > minTokens) {
            pending.setLength(pending.length() - matched);
            stopped = true;
        }
    }

    private String release(int heldChars) {
        int length = pending.length() - heldChars;
        if (length == 0) {
            return "";
        }
        String text = pending.substring(0, length);
        pending.delete(0, length);
        return text;
    }
}
