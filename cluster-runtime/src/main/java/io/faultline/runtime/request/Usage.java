package io.faultline.runtime.request;

/// Token counts of a finished request, as the client sees them: migrations change nothing here.
/// @param cachedTokens prompt tokens that the first attempt found in a KV cache
public record Usage(int promptTokens, int completionTokens, int cachedTokens) {}
