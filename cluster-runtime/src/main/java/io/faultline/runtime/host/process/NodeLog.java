package io.faultline.runtime.host.process;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.history.Fold;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Writes one log line for each change of state that an operator would ask a node about. A fold over the node's own
/// events, so that every role has it; what repeats is bounded to [#LINES_MAX] lines in [#WINDOW_NANOS]. Confined to the
/// loop that feeds it.
final class NodeLog implements Fold {
    static final int LINES_MAX = 30;
    private static final long WINDOW_NANOS = 10_000_000_000L;

    private final Consumer<String> out;
    private long windowNanos = Long.MIN_VALUE;
    private int lines;
    private int suppressed;
    private long instance;

    /// Writes to the process's log.
    NodeLog() {
        this(LoggerFactory.getLogger("node")::info);
    }

    NodeLog(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void apply(ClusterEvent event) {
        String line = line(event);
        if (line == null) {
            return;
        }
        if (event.atNanos() - windowNanos > WINDOW_NANOS || windowNanos == Long.MIN_VALUE) {
            if (suppressed > 0) {
                out.accept("Log lines suppressed count=" + suppressed);
            }
            windowNanos = event.atNanos();
            lines = 0;
            suppressed = 0;
        }
        if (lines < LINES_MAX) {
            lines++;
            out.accept(line);
        } else {
            suppressed++;
        }
    }

    private @Nullable String line(ClusterEvent event) {
        return switch (event.record()) {
            case DiscoveryEvent.InstanceRegistered r -> registered(r.instance());
            case RoutingEvent.RouterReady r -> instance == r.instance() ? null : registered(r.instance());
            case HealthEvent.HealthChanged h ->
                "Health changed health=" + word(h.health()) + " check=" + word(h.check()) + " cause=\"" + h.evidence()
                        + "\"";
            case NodeEvent.NodeDraining d ->
                "Draining open=" + d.open() + " streams=" + (d.handsOver() ? "handed over" : "may end first")
                        + " grace=" + seconds(d.graceNanos());
            case NodeEvent.NodeStopped s -> "Stopped how=" + word(s.how()) + " cause=\"" + s.detail() + "\"";
            case DiscoveryEvent.InstanceSeen s ->
                (s.present() ? "Worker joined discovery instance=" : "Worker left discovery instance=")
                        + Long.toHexString(s.instance()) + " node=" + s.node();
            case DiscoveryEvent.InstanceInhibited i ->
                "Worker ejected instance=" + Long.toHexString(i.instance()) + " reason=" + word(i.because())
                        + " cause=\"" + i.evidence() + "\"";
            case DiscoveryEvent.InstanceReinstated i ->
                "Worker readmitted instance=" + Long.toHexString(i.instance()) + " after="
                        + seconds(i.inhibitedNanos());
            case RoutingEvent.RouterFallbackStarted f ->
                "Router fallback started mode=" + f.mode() + " cause=\"" + f.because() + "\"";
            case RoutingEvent.RouterFallbackEnded f ->
                "Router fallback ended after=" + seconds(f.nanos()) + " requests=" + f.requests();
            default -> null;
        };
    }

    private String registered(long now) {
        long before = instance;
        instance = now;
        return before == 0
                ? "Registered instance=" + Long.toHexString(now)
                : "Registered again instance=" + Long.toHexString(now) + " was=" + Long.toHexString(before)
                        + " cause=\"the registration was lost: lease expired, or withdrawn while unhealthy\"";
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1fs", nanos / 1e9);
    }
}
