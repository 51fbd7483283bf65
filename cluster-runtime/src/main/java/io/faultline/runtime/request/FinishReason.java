package io.faultline.runtime.request;

/// Why a generation ended well.
public enum FinishReason {
    /// The model ended it, or a stop string or stop token was met.
    STOP,
    /// `max_tokens` or the context length was reached.
    LENGTH;

    /// The value on the OpenAI wire.
    public String wireName() {
        return this == STOP ? "stop" : "length";
    }
}
