package io.faultline.runtime.health;

import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import java.util.List;

/// What canaries ask for: the shortest prompt there is, and an answer of a fixed length. Admitted before any client's
/// request.
public final class CanaryRequest {
    /// The begin-of-sequence token of most vocabularies.
    private static final int PROMPT_TOKEN = 1;

    private CanaryRequest() {}

    public static GenerateRequest of(String id, String model, int tokens) {
        return new GenerateRequest(
                id,
                0,
                model,
                new int[] {PROMPT_TOKEN},
                new StopConditions(tokens, tokens, true, List.of()),
                new SamplingOptions(0, 1, 0),
                Integer.MAX_VALUE,
                0);
    }
}
