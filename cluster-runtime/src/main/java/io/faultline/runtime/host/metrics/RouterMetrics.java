package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.RoutingEvent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Dynamo's metrics of KV routers, by router, and ours of fallbacks and resyncs, which it has not. Confined to the loop
/// that feeds it.
final class RouterMetrics {
    private static final double SECONDS = 1e-9;
    private static final double[] SHARES = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1};
    private static final String[] LABELS = {"dynamo_namespace", "dynamo_component", "router"};
    private static final String COMPONENT = "router";

    private final MetricsConfig config;
    private final LabelLimit routers;
    private final LabelLimit frontends;
    private final Map<String, RoutingEvent.RouterObserved> last = new LinkedHashMap<>();
    private final Counter requests;
    private final Histogram hitRate;
    private final Counter nonMaxOverlap;
    private final Counter overlapLost;
    private final Gauge workers;
    private final Counter applied;
    private final Counter repeated;
    private final Counter resyncs;
    private final Gauge blocks;
    private final Gauge sequences;
    private final Gauge isFallenBack;
    private final Counter fallbacks;
    private final Counter fallbackSeconds;
    private final Counter fallbackRequests;
    private final Counter declined;

    /// @param component of Dynamo's components
    /// @param kvRouter of its router's events
    RouterMetrics(Meters component, Meters kvRouter, Meters faultline, MetricsConfig config) {
        this.config = config;
        this.routers = new LabelLimit(config.workersMax());
        this.frontends = new LabelLimit(config.workersMax());
        requests = component.counter("router_requests", "Requests for which a router chose a worker", LABELS);
        hitRate = component.histogram(
                "router_kv_hit_rate", "Share of a prompt's blocks that the chosen worker held", SHARES, LABELS);
        nonMaxOverlap = component.counter(
                "router_non_max_overlap_selections",
                "Choices of a worker that held less of the prompt than another one",
                LABELS);
        overlapLost = component.counter(
                "router_overlap_blocks_lost", "Blocks that the other one held and the chosen one did not", LABELS);
        workers = component.gauge("router_worker_registered", "Workers that a router knows", LABELS);
        applied = kvRouter.counter(
                "kv_cache_events_applied", "Events of KV caches that routers applied", "event_type", "status");
        for (String type : new String[] {"stored", "removed", "cleared"}) {
            applied.initLabelValues(type, "ok");
        }
        repeated = faultline.counter("router_repeated_kv_events", "Events of KV caches that a router knew already");
        resyncs = faultline.counter(
                "router_index_resyncs", "How often a router brought its index up to date with a worker", "cause");
        blocks = faultline.gauge("router_index_blocks", "Blocks in a router's index", "router");
        sequences = faultline.gauge("router_sequences", "Sequences that a router knows to be under way", "router");
        isFallenBack = faultline.gauge(
                "router_fallback", "1 while a frontend chooses workers by itself for want of a router", "frontend");
        fallbacks = faultline.counter("router_fallbacks", "Times that no router answered a frontend", "frontend");
        fallbackSeconds = faultline.counter("router_fallback_seconds", "Time for which no router answered", "frontend");
        fallbackRequests = faultline.counter(
                "router_fallback_requests", "Requests for which a frontend chose meanwhile", "frontend");
        declined = faultline.counter(
                "router_answers_declined", "Answers that named a worker which was not to be used", "frontend");
    }

    private String[] labels(String router) {
        return new String[] {config.namespace(), COMPONENT, routers.admit(router)};
    }

    void decided(String router, RoutingEvent.RouteDecided d) {
        String[] labels = labels(router);
        requests.labelValues(labels).inc();
        if (d.promptBlocks() > 0) {
            hitRate.labelValues(labels).observe((double) d.overlapBlocks() / d.promptBlocks());
        }
        int lost = d.bestOverlapBlocks() - d.overlapBlocks();
        if (lost > 0) {
            nonMaxOverlap.labelValues(labels).inc();
            overlapLost.labelValues(labels).inc(lost);
        }
    }

    void observed(String router, RoutingEvent.RouterObserved now) {
        RoutingEvent.RouterObserved before = last.put(router, now);
        boolean isNewLife = before == null || before.storedEvents() > now.storedEvents();
        count("stored", now.storedEvents(), isNewLife ? 0 : before.storedEvents());
        count("removed", now.removedEvents(), isNewLife ? 0 : before.removedEvents());
        count("cleared", now.clearedEvents(), isNewLife ? 0 : before.clearedEvents());
        repeated.inc((double) Math.max(0, now.repeatedEvents() - (isNewLife ? 0 : before.repeatedEvents())));
        workers.labelValues(labels(router)).set(now.workers());
        blocks.labelValues(routers.admit(router)).set((double) now.blocks());
        sequences.labelValues(routers.admit(router)).set(now.sequences());
    }

    private void count(String type, long now, long before) {
        applied.labelValues(type, "ok").inc((double) Math.max(0, now - before));
    }

    void resynced(RoutingEvent.ResyncCause cause) {
        resyncs.labelValues(cause.name().toLowerCase(Locale.ROOT)).inc();
    }

    void fallbackStarted(String frontend) {
        String label = frontends.admit(frontend);
        isFallenBack.labelValues(label).set(1);
        fallbacks.labelValues(label).inc();
    }

    void fallbackEnded(String frontend, RoutingEvent.RouterFallbackEnded ended) {
        String label = frontends.admit(frontend);
        isFallenBack.labelValues(label).set(0);
        fallbackSeconds.labelValues(label).inc(ended.nanos() * SECONDS);
        fallbackRequests.labelValues(label).inc((double) ended.requests());
    }

    void declined(String frontend) {
        declined.labelValues(frontends.admit(frontend)).inc();
    }

    void stopped(String node) {
        last.remove(node);
        if (frontends.knows(node)) {
            isFallenBack.labelValues(node).set(0);
        }
        if (routers.knows(node)) {
            workers.labelValues(labels(node)).set(0);
            blocks.labelValues(node).set(0);
            sequences.labelValues(node).set(0);
        }
    }
}
