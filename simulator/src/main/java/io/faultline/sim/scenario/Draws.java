package io.faultline.sim.scenario;

import io.faultline.runtime.seam.RandomSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;

/// Draws a scenario's options from the seed and remembers them by name. Each is drawn from a stream of its own, so
/// that a new option leaves the others of old seeds as they were. Confined to one run.
final class Draws {
    private final RandomSource random;
    private final LinkedHashMap<String, String> drawn = new LinkedHashMap<>();

    Draws(RandomSource random) {
        this.random = random;
    }

    /// Uniform in `[low, high]`.
    long between(String name, long low, long high) {
        return note(name, random.fork(name).nextLong(low, high));
    }

    int count(String name, int low, int high) {
        return (int) between(name, low, high);
    }

    /// As many nanoseconds as lie between two numbers of milliseconds.
    long millis(String name, long low, long high) {
        return between(name + " (ms)", low, high) * 1_000_000L;
    }

    /// Uniform on a logarithmic scale: small and large are equally likely.
    int spread(String name, int low, int high) {
        double share = random.fork(name).nextDouble();
        double value = low * StrictMath.pow((double) high / low, share);
        return (int) note(name, Math.min(high, Math.round(value)));
    }

    /// One of several values.
    @SafeVarargs
    final <T> T oneOf(String name, T... values) {
        T chosen = values[random.fork(name).nextInt(values.length)];
        drawn.put(name, chosen.toString());
        return chosen;
    }

    /// One of several, which is remembered by a name of its own.
    <T> T oneOf(String name, List<T> values, Function<T, String> called) {
        T chosen = values.get(random.fork(name).nextInt(values.size()));
        drawn.put(name, called.apply(chosen));
        return chosen;
    }

    /// The stream for something that is drawn while the run goes on.
    RandomSource stream(String name) {
        return random.fork(name);
    }

    /// What was drawn, in that order.
    SequencedMap<String, String> drawn() {
        return drawn;
    }

    /// Remembers what was not drawn but follows from it.
    long note(String name, long value) {
        drawn.put(name, Long.toString(value));
        return value;
    }
}
