package io.faultline.runtime.engine.modelled;

/// What the modelled engine writes: a small grammar over the tokens of one tokeniser. A *context* is all that the
/// grammar remembers of the text, packed into an `int`. Immutable.
sealed interface Prose permits WordProse, LetterProse, PhraseProse {
    /// The context of an empty text.
    int start();

    /// The context after one more token, whoever wrote it.
    int after(int context, int token);

    /// True if the context after this token is the same whatever came before it.
    boolean forgets(int token);

    /// True if a sentence has just ended; answers end only there.
    boolean endsSentence(int context);

    /// True if another word may follow in the middle of a sentence.
    boolean takesWord(int context);

    /// The next token, chosen by the bits of `draw`.
    int next(int context, long draw);
}
