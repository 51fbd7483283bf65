package io.faultline.runtime.transport;

/// How long one peer has been silent, as far as this observer can tell. Two things make a living peer seem silent: this
/// loop stood still, so that nobody looked; or the machine is so busy that the peer's own loop runs late. So
///
/// - only time during which this loop looked on time counts: after a heartbeat without a word it looks every
///   [RequestPlaneConfig#lookNanos], and the time by which a look is late is taken off;
/// - a late look convicts nobody, because what the peer sent may be waiting behind it;
/// - a peer that was late itself a short while ago, or is watched by a loop that was, is given up only after a
///   heartbeat and three times as much, at most [RequestPlaneConfig#allowanceNanos] later than otherwise.
///
/// Where everything is on time, a peer is given up after exactly [RequestPlaneConfig#silenceNanos]. Confined to the
/// loop.
final class Silence {
    private static final int TIMES_LATENESS = 3;

    private final RequestPlaneConfig config;
    /// Of this loop; the watches of all peers share it.
    private final LatenessMemory ownLateness;
    private final LatenessMemory peerLateness = new LatenessMemory();
    private long heardNanos;
    /// From here on silence counts: when the peer was heard, and later by what this loop was late since.
    private long countsFromNanos;
    private long lookDueNanos;

    Silence(RequestPlaneConfig config, LatenessMemory ownLateness) {
        this.config = config;
        this.ownLateness = ownLateness;
    }

    /// The peer owes signs of life from now on.
    void begin(long now) {
        heardNanos = now;
        countsFromNanos = now;
    }

    /// A sign of life, while it owes them.
    void heard(long now) {
        long late = now - heardNanos - config.heartbeatNanos();
        if (isLate(late)) {
            peerLateness.note(late, now);
        }
        begin(now);
    }

    /// How long to wait before the next [#look].
    long untilLook(long now) {
        long silentNanos = now - countsFromNanos;
        long waitNanos = silentNanos < config.heartbeatNanos()
                ? config.heartbeatNanos() - silentNanos
                : Math.clamp(boundNanos(now) - silentNanos, 1, config.lookNanos());
        lookDueNanos = now + waitNanos;
        return waitNanos;
    }

    /// By how much this look is late, and with it whatever the peer sent; 0 when it is only a little.
    long look(long now) {
        long late = now - lookDueNanos;
        if (!isLate(late)) {
            return 0;
        }
        ownLateness.note(late, now);
        countsFromNanos = Math.min(now, countsFromNanos + late);
        return late;
    }

    boolean isTooLong(long now) {
        return now - countsFromNanos >= boundNanos(now);
    }

    /// For people: since when nothing was heard.
    long unheardNanos(long now) {
        return now - heardNanos;
    }

    private boolean isLate(long nanos) {
        return nanos > config.lookNanos() / 2;
    }

    private long boundNanos(long now) {
        long lateNanos = Math.max(ownLateness.worst(now), peerLateness.worst(now));
        return Math.clamp(
                config.heartbeatNanos() + TIMES_LATENESS * lateNanos,
                config.silenceNanos(),
                config.silenceNanos() + config.allowanceNanos());
    }
}
