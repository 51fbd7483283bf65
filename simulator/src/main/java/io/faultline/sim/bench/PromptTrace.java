package io.faultline.sim.bench;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A recorded load whose prompts are known by the ids of their blocks, as in Mooncake's traces: equal ids in equal
/// places stand for equal tokens. Immutable.
public final class PromptTrace implements Script {
    /// Tokens behind one id.
    public static final int ID_TOKENS = 512;

    private static final int VOCABULARY = 256;

    private final List<Line> lines;

    /// @param ids of the prompt's blocks, the last of them perhaps not whole
    public record Line(long atNanos, int promptTokens, int answerTokens, long[] ids) {}

    /// @param lines in the order of time
    public PromptTrace(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    /// A trace of the same kind without a file: every prompt begins with one of a few system prompts, and half of them
    /// go on from an earlier prompt.
    public static PromptTrace drawn(long seed, int requests, double requestsPerSecond) {
        RandomSource random = new RandomSource(seed);
        List<Line> lines = new ArrayList<>();
        long nextId = 1_000;
        double at = 0;
        for (int i = 0; i < requests; i++) {
            at += random.nextExponential(1e9 / requestsPerSecond);
            long[] before = i > 0 && random.nextBoolean(0.5)
                    ? lines.get(Math.max(0, i - 1 - random.nextInt(Math.min(i, 400)))).ids
                    : new long[] {random.nextInt(4)};
            int length = Math.min(100, before.length + 1 + (int) random.nextExponential(8));
            long[] ids = Arrays.copyOf(before, Math.max(before.length, length));
            for (int place = before.length; place < ids.length; place++) {
                ids[place] = nextId++;
            }
            int answer = 1 + Math.min(800, (int) random.nextExponential(200));
            lines.add(new Line((long) at, ids.length * ID_TOKENS - random.nextInt(ID_TOKENS), answer, ids));
        }
        return new PromptTrace(lines);
    }

    @Override
    public int requests() {
        return lines.size();
    }

    @Override
    public long atNanos(int request) {
        return lines.get(request).atNanos;
    }

    @Override
    public int[] prompt(int request) {
        Line line = lines.get(request);
        int[] prompt = new int[line.promptTokens];
        for (int i = 0; i < prompt.length; i++) {
            int place = Math.min(line.ids.length - 1, i / ID_TOKENS);
            long source = line.ids[place] * ID_TOKENS + i % ID_TOKENS;
            prompt[i] = (int) Long.remainderUnsigned(RandomSource.mix(source), VOCABULARY);
        }
        return prompt;
    }

    @Override
    public int answerTokens(int request) {
        return lines.get(request).answerTokens;
    }

    /// Longest prompt and answer together.
    int longest() {
        return lines.stream()
                .mapToInt(l -> l.promptTokens + l.answerTokens)
                .max()
                .orElse(1);
    }
}
