package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.request.FinishReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Collects what an iteration yields, in arrays that are used again; the step it makes has its own. Confined to the
/// engine's loop.
final class StepRecorder {
    private final long[] sequences;
    private final int[] tokens;
    private final int[] positions;
    private int count;
    private final ArrayList<Prefilled> prefilled = new ArrayList<>();
    private final ArrayList<Finished> finished = new ArrayList<>();

    StepRecorder(int sequencesMax) {
        sequences = new long[sequencesMax];
        tokens = new int[sequencesMax];
        positions = new int[sequencesMax];
    }

    void token(long sequence, int token, int position) {
        sequences[count] = sequence;
        tokens[count] = token;
        positions[count] = position;
        count++;
    }

    void prefilled(long sequence, int cachedTokens) {
        prefilled.add(new Prefilled(sequence, cachedTokens));
    }

    void finished(long sequence, FinishReason reason) {
        finished.add(new Finished(sequence, reason));
    }

    /// The step, and starts anew.
    EngineStep take(int prefillTokens, long nanos) {
        EngineStep step = new EngineStep(
                Arrays.copyOf(sequences, count),
                Arrays.copyOf(tokens, count),
                Arrays.copyOf(positions, count),
                List.copyOf(prefilled),
                List.copyOf(finished),
                prefillTokens,
                nanos);
        count = 0;
        prefilled.clear();
        finished.clear();
        return step;
    }
}
