package io.faultline.sim.trace;

import io.faultline.runtime.event.ClusterEvent;

/// Events and times as people read them.
public final class EventLine {
    private static final long SECOND = 1_000_000_000L;

    private EventLine() {}

    /// One event on one line: time, number, node, record.
    public static String of(ClusterEvent event) {
        return seconds(event.atNanos()) + " #" + event.sequence() + ' ' + event.node() + ' ' + event.record();
    }

    /// Nanoseconds as seconds with nine decimals, in every locale.
    public static String seconds(long nanos) {
        String fraction = Long.toString(nanos % SECOND);
        return nanos / SECOND + "." + "0".repeat(9 - fraction.length()) + fraction + " s";
    }
}
