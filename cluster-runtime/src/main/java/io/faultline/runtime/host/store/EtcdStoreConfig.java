package io.faultline.runtime.host.store;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How long and for how much an [EtcdStore] waits. Immutable.
///
/// @param requestTimeoutNanos a call without an answer after this is unavailable; a watch that etcd did not confirm is
///     lost. 1 s unless set; 250 ms to 1 s is sensible: a call that is under way when the leader dies hangs until its
///     own time-out, and a new leader is there after 1.2 to 1.5 s
/// @param reconnectNanos when nothing was answered for this long, the connection is made anew, so that an outage does
///     not end later than this after etcd is back. The client library alone waits up to two minutes between attempts
/// @param pingNanos how often an idle connection with open watches is tested. etcd refuses less than 5 s
/// @param pingTimeoutNanos a connection that does not answer the test in time is broken, its watches are lost
/// @param answerBytesMax largest answer that is taken, for listings
/// @param callsMax calls without an answer; one more is unavailable at once
/// @param watchesMax open watches; one more is the caller's bug
@RecordBuilder
public record EtcdStoreConfig(
        long requestTimeoutNanos,
        long reconnectNanos,
        long pingNanos,
        long pingTimeoutNanos,
        int answerBytesMax,
        int callsMax,
        int watchesMax)
        implements EtcdStoreConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public EtcdStoreConfig {
        Invariants.check(requestTimeoutNanos > 0, "requestTimeoutNanos is above 0, not %s", requestTimeoutNanos);
        Invariants.check(
                reconnectNanos >= requestTimeoutNanos,
                "reconnectNanos %s is at least requestTimeoutNanos %s",
                reconnectNanos,
                requestTimeoutNanos);
        Invariants.check(pingNanos >= 5 * SECOND, "pingNanos is at least 5 s, not %s", pingNanos);
        Invariants.check(pingTimeoutNanos > 0, "pingTimeoutNanos is above 0, not %s", pingTimeoutNanos);
        Invariants.check(answerBytesMax > 0, "answerBytesMax is above 0, not %s", answerBytesMax);
        Invariants.check(callsMax > 0, "callsMax is above 0, not %s", callsMax);
        Invariants.check(watchesMax > 0, "watchesMax is above 0, not %s", watchesMax);
    }

    public static EtcdStoreConfig defaults() {
        return new EtcdStoreConfig(SECOND, 3 * SECOND, 10 * SECOND, 3 * SECOND, 16 << 20, 1_000, 1_000);
    }

    public EtcdStoreConfig withRequestTimeout(long timeoutNanos) {
        return with(b -> b.requestTimeoutNanos(timeoutNanos).reconnectNanos(Math.max(timeoutNanos, reconnectNanos)));
    }
}
