package io.faultline.runtime.workload;

import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.world.LoadControl.Caller;
import java.util.List;

/// What a synthetic client asks for.
///
/// @param prompt not written to after this
record Question(Caller caller, int[] prompt, StopConditions stop, SamplingOptions sampling) {
    /// For an answer of exactly that length.
    static Question of(Caller caller, int[] prompt, int answerTokens, long seed) {
        return new Question(
                caller,
                prompt,
                new StopConditions(answerTokens, 0, true, List.of()),
                new SamplingOptions(1.0, 1.0, seed));
    }
}
