package io.faultline.sim.scenario;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.Script;
import java.util.Arrays;

/// Requests with a few system prompts: each begins with one of them and goes on with something of its own, so that the
/// share of tokens that a cache can spare is the same all the time. Immutable.
final class SharedPrompts implements Script {
    private static final int VOCABULARY = 256;

    private final Shape shape;
    private final long[] atNanos;
    private final int[] group;
    private final int[] ownTokens;
    private final int[] answerTokens;
    private final long seed;

    /// @param groups different system prompts
    /// @param prefixTokens of each system prompt
    /// @param ownMin fewest tokens after it
    /// @param ownMax most tokens after it, drawn uniformly
    /// @param answerMin fewest tokens of an answer
    /// @param answerMax most tokens of an answer, drawn uniformly
    record Shape(int groups, int prefixTokens, int ownMin, int ownMax, int answerMin, int answerMax) {
        /// All of the same length.
        static Shape even(int groups, int prefixTokens, int ownTokens, int answerTokens) {
            return new Shape(groups, prefixTokens, ownTokens, ownTokens, answerTokens, answerTokens);
        }
    }

    private SharedPrompts(RandomSource random, Shape shape, long[] atNanos) {
        this.shape = shape;
        this.atNanos = atNanos;
        this.seed = random.fork("tokens").nextLong();
        RandomSource groups = random.fork("groups");
        RandomSource lengths = random.fork("lengths");
        group = new int[atNanos.length];
        ownTokens = new int[atNanos.length];
        answerTokens = new int[atNanos.length];
        for (int i = 0; i < atNanos.length; i++) {
            group[i] = groups.nextInt(shape.groups());
            ownTokens[i] = (int) lengths.nextLong(shape.ownMin(), shape.ownMax());
            answerTokens[i] = (int) lengths.nextLong(shape.answerMin(), shape.answerMax());
        }
    }

    /// They arrive as a Poisson process.
    static SharedPrompts arriving(RandomSource random, Shape shape, double requestsPerSecond, long nanos) {
        RandomSource arrivals = random.fork("arrivals");
        long[] atNanos = new long[(int) (requestsPerSecond * nanos / 1e9)];
        double at = 0;
        for (int i = 0; i < atNanos.length; i++) {
            at += arrivals.nextExponential(1e9 / requestsPerSecond);
            atNanos[i] = (long) at;
        }
        return new SharedPrompts(random, shape, atNanos);
    }

    /// So many within a time, each at a moment of its own.
    static SharedPrompts within(RandomSource random, Shape shape, int requests, long nanos) {
        RandomSource arrivals = random.fork("arrivals");
        long[] atNanos = new long[requests];
        Arrays.setAll(atNanos, _ -> arrivals.nextLong(0, nanos - 1));
        Arrays.sort(atNanos);
        return new SharedPrompts(random, shape, atNanos);
    }

    @Override
    public int requests() {
        return atNanos.length;
    }

    @Override
    public long atNanos(int request) {
        return atNanos[request];
    }

    @Override
    public int[] prompt(int request) {
        int prefixTokens = shape.prefixTokens();
        int[] prompt = new int[prefixTokens + ownTokens[request]];
        for (int i = 0; i < prompt.length; i++) {
            long source = i < prefixTokens ? group[request] : -1L - request;
            prompt[i] = (int) Long.remainderUnsigned(RandomSource.mix(seed + source * 1_000_003L + i), VOCABULARY);
        }
        return prompt;
    }

    @Override
    public int answerTokens(int request) {
        return answerTokens[request];
    }
}
