package io.faultline.runtime.request;

/// A failure as a value.
/// @param message for the person who reads it: what went wrong and, where they can act, what to do
public record RequestError(ErrorType type, String message) {}
