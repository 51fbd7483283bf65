package io.faultline.backend.account;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/// Slows down whoever guesses passwords: after [#FREE_TRIES] failures for one name from one address each further one
/// closes that pair for twice as long, up to [#PAUSE_MAX]. Somebody else's guessing thus never locks an account for
/// its owner, who comes from another address. Thread-safe.
///
/// Bounded to [#PAIRS_MAX] pairs; the one that failed longest ago makes room.
public final class SignInThrottle {
    static final int FREE_TRIES = 5;
    static final int PAIRS_MAX = 10_000;
    static final Duration PAUSE_MAX = Duration.ofMinutes(15);
    /// A pair that was quiet for so long starts afresh.
    static final Duration FORGET_AFTER = Duration.ofMinutes(30);

    private final Clock clock;
    private final LinkedHashMap<Pair, Failures> failures = new LinkedHashMap<>();

    private record Pair(String name, String address) {}

    private record Failures(int number, Instant last, Instant openAt) {}

    public SignInThrottle(Clock clock) {
        this.clock = clock;
    }

    /// How long this pair has to wait before its next try; zero when it need not.
    public synchronized Duration pause(String name, String address) {
        Failures seen = failures.get(new Pair(name, address));
        Instant now = clock.instant();
        return seen == null || !seen.openAt.isAfter(now) ? Duration.ZERO : Duration.between(now, seen.openAt);
    }

    public synchronized void failed(String name, String address) {
        Pair pair = new Pair(name, address);
        Instant now = clock.instant();
        // Taken out and put back, so that the map's order is that of the last failures.
        Failures before = failures.remove(pair);
        boolean isFresh = before == null || before.last.plus(FORGET_AFTER).isBefore(now);
        int number = before == null || isFresh ? 1 : before.number + 1;
        failures.put(pair, new Failures(number, now, now.plus(pauseAfter(number))));
        if (failures.size() > PAIRS_MAX) {
            failures.pollFirstEntry();
        }
    }

    public synchronized void succeeded(String name, String address) {
        failures.remove(new Pair(name, address));
    }

    private static Duration pauseAfter(int number) {
        if (number < FREE_TRIES) {
            return Duration.ZERO;
        }
        int doublings = Math.min(number - FREE_TRIES, 20);
        Duration pause = Duration.ofSeconds(1L << doublings);
        return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
    }
}
