package io.faultline.runtime.request;

/// How the next token is drawn.
/// @param temperature 0 to 2
/// @param topP nucleus, 0 exclusive to 1
/// @param seed equal seeds and prompts give equal answers
public record SamplingOptions(double temperature, double topP, long seed) {}
