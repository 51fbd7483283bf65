package io.faultline.runtime.transport;

import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.RequestError;

/// Hears one token stream, on the client's loop: `prefilled` at most once before the tokens, tokens in order, then
/// exactly one of `finished` and `failed`, unless the stream was cancelled: then nothing more.
public interface StreamListener {
    void prefilled(int cachedTokens);

    /// @param position index of the token in this attempt, from 0
    void token(int token, int position);

    void finished(FinishReason reason);

    void failed(RequestError error);
}
