package io.faultline.runtime.host.http;

/// What became of the attempt to listen.
public sealed interface StartResult {
    /// @param port the one that was bound
    record Listening(int port) implements StartResult {}

    /// @param message one line for the person who started it: what is wrong and what to do
    record Refused(String message) implements StartResult {}
}
