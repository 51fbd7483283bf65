package io.faultline.runtime.workload;

import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;

/// Knows what a model answers when nothing goes wrong.
public interface AnswerOracle {
    int[] answer(int[] prompt, StopConditions stop, SamplingOptions sampling);
}
