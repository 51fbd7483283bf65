package io.faultline.runtime.admission;

import org.jspecify.annotations.Nullable;

/// How many requests of one model may be in flight from one frontend, found from the latencies of those that
/// are. It needs no number from anybody: it compares latencies with those of the same cluster when it was not
/// congested.
///
/// Once a window the limit is multiplied by a power of the *headroom*, the smaller of
///
/// - ttftTolerance / median of (time to first token / uncongested time to first token for as long a prompt)
/// - itlTolerance / median of (time between tokens / uncongested time between tokens)
///
/// so that it rests where latencies are as much longer as is tolerated. It grows only while it is in force: a
/// limit that nobody reaches has nothing to learn from. But what it learned in a crowd is forgotten in the peace
/// after it: a limit below the initial one goes back there, or a small one would refuse the first burst that comes
/// long after the overload. The control law is that of Gradient2 in Netflix'
/// concurrency-limits (limit times gradient, a tolerance, smoothing), with two changes for token streams. The
/// latency of a whole request is its length, so the two latencies that do not depend on the length are taken.
/// And the uncongested latency is not a long average, which under steady overload drifts towards the congested
/// one until nothing is shed, but a smallest median, as in Vegas (Brakmo and Peterson, 1995), refreshed by
/// lowering the limit for a moment.
///
/// The limit is kept per instance: when half of the instances die it halves at once, before latencies say so.
/// Confined to the loop.
final class ConcurrencyLimit {
    private static final int PROMPT_CLASSES_PER_OCTAVE = 2;
    private static final int PROMPT_CLASSES = 32 * PROMPT_CLASSES_PER_OCTAVE;
    private static final int WINDOW_SAMPLES = 256;
    private static final int TTFT_GROUP = 5;
    private static final int ITL_GROUP = 64;
    private static final long ITL_GROUP_NANOS = 500_000_000L;
    /// Share of the limit that has to be in flight for it to count as in force.
    private static final double IN_FORCE = 0.8;

    private final LimitConfig config;
    private final @Nullable LatencyBaseline[] firstTokens = new LatencyBaseline[PROMPT_CLASSES];
    private final LatencyBaseline betweenTokens = new LatencyBaseline(ITL_GROUP, ITL_GROUP_NANOS);
    private final Samples ttftRatios = new Samples(WINDOW_SAMPLES);
    private final Samples itlRatios = new Samples(WINDOW_SAMPLES);
    private double perInstance;
    private double ttftRatio;
    private double itlRatio;
    private int inFlightMost;
    /// Since when nothing is in flight; -1 = something is.
    private long idleSinceNanos;
    private long windowBeganNanos;
    private long baselineBeganNanos;
    private long probeUntilNanos;

    ConcurrencyLimit(LimitConfig config, long nowNanos) {
        this.config = config;
        this.perInstance = config.initial();
        this.idleSinceNanos = nowNanos;
        this.windowBeganNanos = nowNanos;
        this.baselineBeganNanos = nowNanos;
        this.probeUntilNanos = nowNanos;
    }

    /// @param computedTokens prompt tokens that were not found in a cache
    void firstToken(int computedTokens, long ttftNanos, long nowNanos) {
        int index = promptClass(computedTokens);
        LatencyBaseline baseline = firstTokens[index];
        if (baseline == null) {
            baseline = new LatencyBaseline(TTFT_GROUP, 0);
            firstTokens[index] = baseline;
        }
        baseline.add((double) ttftNanos, nowNanos);
        if (baseline.isKnown()) {
            ttftRatios.add(ttftNanos / baseline.value());
        }
    }

    void betweenTokens(double itlNanos, long nowNanos) {
        betweenTokens.add(itlNanos, nowNanos);
        if (betweenTokens.isKnown()) {
            itlRatios.add(itlNanos / betweenTokens.value());
        }
    }

    /// So many are in flight now. True when the limit moved.
    boolean observe(int inFlight, int instances, long nowNanos) {
        double before = perInstance;
        rest(inFlight, nowNanos);
        learn(inFlight, instances, nowNanos);
        return perInstance != before;
    }

    private void rest(int inFlight, long nowNanos) {
        if (inFlight == 0) {
            idleSinceNanos = idleSinceNanos < 0 ? nowNanos : idleSinceNanos;
        } else if (idleSinceNanos >= 0) {
            long windows = (nowNanos - idleSinceNanos) / config.windowNanos();
            if (windows > 0) {
                forget(StrictMath.pow(config.stepMax(), (double) windows));
                beginWindow(inFlight, nowNanos);
            }
            idleSinceNanos = -1;
        }
    }

    private void forget(double factor) {
        if (perInstance < config.initial()) {
            perInstance = Math.min(config.initial(), perInstance * factor);
        }
    }

    private void learn(int inFlight, int instances, long nowNanos) {
        inFlightMost = Math.max(inFlightMost, inFlight);
        boolean over = nowNanos - windowBeganNanos >= config.windowNanos()
                && ttftRatios.size() + itlRatios.size() >= config.samplesMin();
        if (!over) {
            return;
        }
        boolean inForce = inFlightMost >= IN_FORCE * limit(instances, nowNanos);
        ttftRatio = ttftRatios.quantile(0.5);
        itlRatio = itlRatios.quantile(0.5);
        if (nowNanos >= probeUntilNanos) {
            move(inForce);
            refresh(inForce, nowNanos);
        }
        beginWindow(inFlight, nowNanos);
    }

    private void beginWindow(int inFlight, long nowNanos) {
        ttftRatios.clear();
        itlRatios.clear();
        inFlightMost = inFlight;
        windowBeganNanos = nowNanos;
    }

    private void move(boolean inForce) {
        double headroom = Double.MAX_VALUE;
        if (ttftRatio > 0) {
            headroom = config.ttftTolerance() / ttftRatio;
        }
        if (itlRatio > 0) {
            headroom = Math.min(headroom, config.itlTolerance() / itlRatio);
        }
        double factor = Math.min(config.stepMax(), StrictMath.pow(headroom, config.gain()));
        if (headroom > 1 && !inForce) {
            forget(factor);
            return;
        }
        perInstance = Math.clamp(perInstance * Math.max(1 / config.stepMax(), factor), 1, config.max());
    }

    private void refresh(boolean inForce, long nowNanos) {
        if (nowNanos - baselineBeganNanos >= config.baselineNanos()) {
            baselineBeganNanos = nowNanos;
            betweenTokens.rotate();
            for (LatencyBaseline baseline : firstTokens) {
                if (baseline != null) {
                    baseline.rotate();
                }
            }
            if (inForce) {
                probeUntilNanos = nowNanos + config.probeNanos();
            }
        }
    }

    /// At least 1.
    int limit(int instances, long nowNanos) {
        double share = nowNanos < probeUntilNanos ? config.probeShare() : 1;
        return (int) Math.max(1, Math.floor(perInstance * share * Math.max(1, instances)));
    }

    /// How much longer times to first token were in the last window than uncongested ones; 0 = unknown.
    double ttftRatio() {
        return ttftRatio;
    }

    double itlRatio() {
        return itlRatio;
    }

    /// Prompts of one class differ by half in length at most.
    private static int promptClass(int tokens) {
        int octave = 31 - Integer.numberOfLeadingZeros(Math.max(1, tokens));
        int within =
                (int) (((long) Math.max(1, tokens) * PROMPT_CLASSES_PER_OCTAVE >> octave) - PROMPT_CLASSES_PER_OCTAVE);
        return octave * PROMPT_CLASSES_PER_OCTAVE + within;
    }
}
