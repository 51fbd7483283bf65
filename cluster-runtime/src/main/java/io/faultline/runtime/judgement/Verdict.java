package io.faultline.runtime.judgement;

import java.util.List;
import java.util.Locale;

/// How the service is, and why. Immutable.
///
/// @param level the worst of the findings'
/// @param headline what is ready, what clients feel, the worst cause; without the level
/// @param isFelt whether clients feel any of it now
/// @param findings what is wrong, the worst first; empty when nothing is
public record Verdict(Level level, String headline, boolean isFelt, List<Finding> findings) {
    public Verdict {
        findings = List.copyOf(findings);
    }

    /// In order of severity.
    public enum Level {
        /// Every component is ready and clients get what they are promised.
        HEALTHY,
        /// A component is missing, or clients get less than they are promised.
        DEGRADED,
        /// Most clients get nothing.
        DOWN,
        /// There is no data to tell from.
        UNKNOWN;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Verdict unknown(String headline) {
        return new Verdict(Level.UNKNOWN, headline, false, List.of());
    }

    /// The level, then the headline.
    public String sentence() {
        String word = level.word();
        return Character.toUpperCase(word.charAt(0)) + word.substring(1) + ": " + headline;
    }
}
