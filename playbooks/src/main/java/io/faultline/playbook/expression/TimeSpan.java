package io.faultline.playbook.expression;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalLong;

/// Lengths of time as they are written in playbooks: one or more numbers with a unit, largest unit first, no
/// spaces: `250ms`, `5s`, `1m30s`, `1.5h`. Units are h, m, s, ms, us, ns.
public final class TimeSpan {
    /// No span is longer than this (about a hundred years), so that sums of a few of them do not overflow.
    private static final long NANOS_MAX = Long.MAX_VALUE / 3;

    private static final List<UnitOfTime> UNITS = List.of(
            new UnitOfTime("h", 3_600_000_000_000L),
            new UnitOfTime("m", 60_000_000_000L),
            new UnitOfTime("s", 1_000_000_000L),
            new UnitOfTime("ms", 1_000_000L),
            new UnitOfTime("us", 1_000L),
            new UnitOfTime("ns", 1L));

    private TimeSpan() {}

    private record UnitOfTime(String suffix, long nanos) {}

    /// Nanoseconds, or nothing when `text` is no span or one that is too long to count.
    public static OptionalLong parse(CharSequence text) {
        long total = 0;
        int at = 0;
        int smallestUnit = -1;
        while (at < text.length()) {
            int digitsEnd = at;
            while (digitsEnd < text.length() && isDigitOrPoint(text.charAt(digitsEnd))) {
                digitsEnd++;
            }
            int unitEnd = digitsEnd;
            while (unitEnd < text.length() && Character.isLetter(text.charAt(unitEnd))) {
                unitEnd++;
            }
            int unit = unitOf(text.subSequence(digitsEnd, unitEnd).toString());
            OptionalLong part = unit <= smallestUnit
                    ? OptionalLong.empty()
                    : times(text.subSequence(at, digitsEnd).toString(), UNITS.get(unit));
            if (part.isEmpty() || part.getAsLong() > NANOS_MAX - total) {
                return OptionalLong.empty();
            }
            total += part.getAsLong();
            smallestUnit = unit;
            at = unitEnd;
        }
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(total);
    }

    /// The shortest exact form that [#parse] reads back: `1m30s`, `250ms`, `0s`.
    public static String text(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        StringBuilder text = new StringBuilder(nanos < 0 ? "-" : "");
        long rest = Math.abs(nanos);
        for (UnitOfTime unit : UNITS) {
            if (rest >= unit.nanos) {
                text.append(rest / unit.nanos).append(unit.suffix);
                rest %= unit.nanos;
            }
        }
        return text.toString();
    }

    private static boolean isDigitOrPoint(char c) {
        return c >= '0' && c <= '9' || c == '.';
    }

    private static int unitOf(String suffix) {
        for (int i = 0; i < UNITS.size(); i++) {
            if (UNITS.get(i).suffix.equals(suffix)) {
                return i;
            }
        }
        return -1;
    }

    private static OptionalLong times(String number, UnitOfTime unit) {
        if (!number.matches("[0-9]{1,18}(\\.[0-9]{1,9})?")) {
            return OptionalLong.empty();
        }
        BigDecimal nanos = new BigDecimal(number).multiply(BigDecimal.valueOf(unit.nanos));
        return nanos.compareTo(BigDecimal.valueOf(NANOS_MAX)) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(nanos.longValue());
    }
}
