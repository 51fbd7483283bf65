package io.faultline.runtime.text;

import java.util.OptionalInt;

/// A reversible map between text and tokens. Immutable, safe to share.
public interface Tokenizer {
    /// The tokens of a text. Never a special token, whatever the text says: a client cannot forge a marker.
    int[] encode(String text);

    /// The bytes of a token, possibly part of a UTF-8 character; empty for a special token. The array must not be
    /// changed.
    byte[] bytes(int token);

    /// Bytes of the longest token, at least 1: a text of n characters has at least n divided by this many tokens.
    int longestTokenBytes();

    /// Tokens are in `[0, vocabulary)`.
    int vocabulary();

    /// The token by which the model ends its answer.
    int endOfSequence();

    /// The special token for a marker such as `<|im_start|>`, if the vocabulary has one.
    OptionalInt special(String marker);
}
