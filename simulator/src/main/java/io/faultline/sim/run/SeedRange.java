package io.faultline.sim.run;

import java.util.Optional;

/// Seeds from `first` to `last`, both included; written `first..last`. Immutable.
public record SeedRange(long first, long last) {
    /// More seeds than a campaign can take.
    private static final long SEEDS_MAX = 10_000_000;

    public SeedRange {
        if (first > last || last - first < 0 || last - first >= SEEDS_MAX) {
            throw new IllegalArgumentException("a range of seeds goes from a lower to a higher number and has at most "
                    + SEEDS_MAX + " seeds, not " + first + ".." + last);
        }
    }

    public int count() {
        return (int) (last - first + 1);
    }

    /// Reads `A..B`, or one number; empty when the text is neither.
    public static Optional<SeedRange> parse(String text) {
        int dots = text.indexOf("..");
        try {
            long first = Long.parseLong(dots < 0 ? text : text.substring(0, dots));
            return Optional.of(new SeedRange(first, dots < 0 ? first : Long.parseLong(text.substring(dots + 2))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return first + ".." + last;
    }
}
