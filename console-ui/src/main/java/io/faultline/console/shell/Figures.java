package io.faultline.console.shell;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Numbers with their units, as the console writes them. A missing one is a dash.
public final class Figures {
    public static final String NONE = "–";
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Figures() {}

    /// A duration in the unit that reads best; negative means missing.
    public static String duration(long nanos) {
        if (nanos < 0) {
            return NONE;
        }
        if (nanos < 1_000_000L) {
            return "%d µs".formatted(nanos / 1_000);
        }
        if (nanos < 10_000_000_000L) {
            return nanos < 1_000_000_000L
                    ? "%d ms".formatted(Math.round(nanos / 1e6))
                    : "%.1f s".formatted(nanos / 1e9);
        }
        Duration d = Duration.ofNanos(nanos);
        return d.toMinutes() == 0 ? d.toSeconds() + " s" : d.toMinutes() + " min " + d.toSecondsPart() + " s";
    }

    public static String millis(long nanos) {
        return nanos < 0 ? NONE : "%d".formatted(Math.round(nanos / 1e6));
    }

    public static String count(long value) {
        return "%,d".formatted(value);
    }

    public static String percent(double ratio) {
        return ratio >= 1 ? "100" : "%.1f".formatted(Math.floor(ratio * 1000) / 10);
    }

    public static String rate(double perSecond) {
        return perSecond < 10 ? "%.1f".formatted(perSecond) : "%,.0f".formatted(perSecond);
    }

    /// The name of a constant as a person would write it.
    public static String words(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    public static String clock(Instant instant) {
        return CLOCK.format(instant);
    }

    /// With its day, for what may be long ago.
    public static String moment(Instant instant) {
        return MOMENT.format(instant);
    }

    /// A share of a whole in percent; a dash when there is no whole.
    public static String share(long part, long whole) {
        return whole == 0 ? NONE : "%d %%".formatted(Math.round(100.0 * part / whole));
    }
}
