package io.faultline.runtime.request;

import io.faultline.runtime.seam.Invariants;
import java.util.List;

/// When a generation ends.
///
/// @param maxTokens most tokens to generate, at least 0
/// @param minTokens fewest tokens before the model may end it or a stop string counts, at least 0
/// @param ignoreEos true when the model's own end is ignored
/// @param stopStrings texts that end the answer and are not part of it; at most [#STOP_STRINGS_MAX]
public record StopConditions(int maxTokens, int minTokens, boolean ignoreEos, List<String> stopStrings) {
    /// As many as OpenAI's API takes is 4; Dynamo's clients send up to this many.
    public static final int STOP_STRINGS_MAX = 32;

    public StopConditions {
        Invariants.check(maxTokens >= 0 && minTokens >= 0, "token limits are at least 0");
        stopStrings = List.copyOf(stopStrings);
    }

    /// What is left after `delivered` tokens: the conditions of the attempt that continues the request.
    public StopConditions after(int delivered) {
        return new StopConditions(
                Math.max(0, maxTokens - delivered), Math.max(0, minTokens - delivered), ignoreEos, stopStrings);
    }
}
