package io.faultline.sim.scenario;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.Script;

/// Requests with a few system prompts: each begins with one of them and goes on with something of its own. They arrive
/// as a Poisson process, and the share of tokens that a cache can spare is the same all the time.
final class SharedPrompts implements Script {
    private static final int VOCABULARY = 256;

    private final long[] atNanos;
    private final int[] group;
    private final int prefixTokens;
    private final int ownTokens;
    private final int answerTokens;
    private final long seed;

    /// @param groups different system prompts
    SharedPrompts(
            RandomSource random,
            int groups,
            int prefixTokens,
            int ownTokens,
            int answerTokens,
            double requestsPerSecond,
            long nanos) {
        this.prefixTokens = prefixTokens;
        this.ownTokens = ownTokens;
        this.answerTokens = answerTokens;
        this.seed = random.fork("tokens").nextLong();
        RandomSource arrivals = random.fork("arrivals");
        int count = (int) (requestsPerSecond * nanos / 1e9);
        atNanos = new long[count];
        group = new int[count];
        double at = 0;
        for (int i = 0; i < count; i++) {
            at += arrivals.nextExponential(1e9 / requestsPerSecond);
            atNanos[i] = (long) at;
            group[i] = arrivals.nextInt(groups);
        }
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
        int[] prompt = new int[prefixTokens + ownTokens];
        for (int i = 0; i < prompt.length; i++) {
            long source = i < prefixTokens ? group[request] : -1L - request;
            prompt[i] = (int) Long.remainderUnsigned(RandomSource.mix(seed + source * 1_000_003L + i), VOCABULARY);
        }
        return prompt;
    }

    @Override
    public int answerTokens(int request) {
        return answerTokens;
    }
}
