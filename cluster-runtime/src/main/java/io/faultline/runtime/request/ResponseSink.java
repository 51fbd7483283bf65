package io.faultline.runtime.request;

/// Receives one request's answer, on the frontend's loop: deltas in order, then exactly one [#ended].
public interface ResponseSink {

    /// An instance was chosen to serve the request; again after each migration. For clients that ask who serves them.
    default void routed(long instance) {}

    /// The next piece of text.
    /// @param text may be empty (a token that ends inside a character, or is held back by a possible stop string)
    /// @param token the generated token
    void delta(String text, int token);

    /// The end. `tail` is text that was held back and belongs to the answer; empty unless the outcome is
    /// [Outcome.Completed].
    void ended(Outcome outcome, String tail);
}
