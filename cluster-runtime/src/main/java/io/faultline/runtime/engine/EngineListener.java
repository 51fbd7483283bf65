package io.faultline.runtime.engine;

import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.RequestError;
import java.util.List;

/// Hears the engine, on the worker's loop.
public interface EngineListener {

    /// One iteration is done.
    void stepped(EngineStep step);

    /// This sequence cannot be served; it is forgotten.
    void failed(long sequence, RequestError error);

    /// A running sequence lost its blocks to others; it waits again and will go on where it was.
    void preempted(long sequence, int computedTokens);

    /// The outcome of one iteration.
    ///
    /// @param sequences ids of the sequences that got a token, in batch order
    /// @param tokens their tokens
    /// @param positions index of each token in its sequence's answer, from 0
    /// @param prefilled sequences whose prompt was completed in this iteration (their first token, or their first
    ///     after a pre-emption, is among `tokens`); order as above
    /// @param finished sequences that ended with this iteration, after their last token; order as above
    /// @param prefillTokens prompt tokens computed
    /// @param nanos duration of the iteration
    record EngineStep(
            long[] sequences,
            int[] tokens,
            int[] positions,
            List<Prefilled> prefilled,
            List<Finished> finished,
            int prefillTokens,
            long nanos) {}

    /// @param cachedTokens prompt tokens found in the cache, so not computed
    record Prefilled(long sequence, int cachedTokens) {}

    record Finished(long sequence, FinishReason reason) {}
}
