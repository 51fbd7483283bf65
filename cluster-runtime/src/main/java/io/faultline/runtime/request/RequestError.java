package io.faultline.runtime.request;

import org.jspecify.annotations.Nullable;

/// A failure as a value.
/// @param message for the person who reads it: what went wrong and, where they can act, what to do
/// @param field of the request that is to blame, as the client wrote it; null when it is none
public record RequestError(
        ErrorType type, String message, @Nullable String field) {
    public RequestError(ErrorType type, String message) {
        this(type, message, null);
    }
}
