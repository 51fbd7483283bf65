package io.faultline.runtime.workload;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import io.faultline.runtime.world.LoadControl.Script;

/// The requests of an open-loop run, one after the other, and when each is sent. Confined to the clients' loop.
interface Arrivals {
    boolean hasNext();

    /// When the next is sent, from the start of the run. Asked for once for each.
    long nextNanos();

    Question next();

    /// A Poisson process of drawn requests, without an end.
    /// @param vocabulary prompt tokens are drawn from `[0, vocabulary)`
    static Arrivals drawn(OpenLoadSpec spec, int vocabulary, RandomSource random) {
        return new Drawn(spec, vocabulary, random);
    }

    /// Those that are given.
    static Arrivals scripted(Script script, RandomSource random) {
        return new Scripted(script, random);
    }

    /// See [#drawn].
    final class Drawn implements Arrivals {
        private final OpenLoadSpec spec;
        private final int vocabulary;
        private final RandomSource moments;
        private final RandomSource draws;
        private final double meanNanos;
        private final double shares;
        private double nextNanos;

        private Drawn(OpenLoadSpec spec, int vocabulary, RandomSource random) {
            this.spec = spec;
            this.vocabulary = vocabulary;
            this.moments = random.fork("arrivals");
            this.draws = random.fork("requests");
            this.meanNanos = 1e9 / spec.requestsPerSecond();
            this.shares = spec.callers().stream().mapToDouble(Caller::share).sum();
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public long nextNanos() {
            nextNanos += moments.nextExponential(meanNanos);
            return (long) nextNanos;
        }

        @Override
        public Question next() {
            Caller caller = caller();
            int[] prompt = new int[(int) draws.nextLong(spec.promptTokensMin(), spec.promptTokensMax())];
            for (int i = 0; i < prompt.length; i++) {
                prompt[i] = draws.nextInt(vocabulary);
            }
            int answer = (int) draws.nextLong(spec.answerTokensMin(), spec.answerTokensMax());
            return Question.of(caller, prompt, answer, draws.nextLong());
        }

        private Caller caller() {
            double at = draws.nextDouble() * shares;
            for (Caller caller : spec.callers()) {
                at -= caller.share();
                if (at < 0) {
                    return caller;
                }
            }
            return spec.callers().getLast();
        }
    }

    /// See [#scripted].
    final class Scripted implements Arrivals {
        private final Script script;
        private final RandomSource seeds;
        private int taken;

        private Scripted(Script script, RandomSource random) {
            this.script = script;
            this.seeds = random.fork("sampling");
        }

        @Override
        public boolean hasNext() {
            return taken < script.requests();
        }

        @Override
        public long nextNanos() {
            return script.atNanos(taken);
        }

        @Override
        public Question next() {
            int number = taken++;
            return Question.of(Caller.ANYBODY, script.prompt(number), script.answerTokens(number), seeds.nextLong());
        }
    }
}
