package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.event.RoutingEvent.ResyncCause;
import io.faultline.runtime.history.RoutingSnapshot.Decision;
import io.faultline.runtime.history.RoutingSnapshot.FallbackView;
import io.faultline.runtime.history.RoutingSnapshot.RouterView;
import io.faultline.runtime.history.RoutingSnapshot.RoutingSecond;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What routers decide, and when frontends did without. Confined to the loop that feeds it.
final class RoutingFold implements Fold {
    static final int DECISIONS_KEPT = 400;
    static final int SECONDS_KEPT = 600;
    static final int FALLBACKS_KEPT = 200;
    private static final int INSTANCES_KEPT = 4_096;
    private static final long SECOND = 1_000_000_000L;

    private final Deque<Decision> decisions = new ArrayDeque<>();
    private final Deque<RoutingSecond> seconds = new ArrayDeque<>();
    private final Deque<FallbackView> fallbacks = new ArrayDeque<>();
    private final Map<String, RouterView> routers = new TreeMap<>();
    private final Map<Long, String> nodeOfInstance = new LinkedHashMap<>();
    private long decided;
    private long declined;
    private long resyncs;

    @Override
    public void apply(ClusterEvent event) {
        String node = event.node().value();
        switch (event.record()) {
            case NodeEvent.NodeStarted(NodeRole role) -> {
                if (role == NodeRole.ROUTER) {
                    routers.put(node, new RouterView(node, false, 0, 0, 0, 0, decidedBy(node)));
                }
            }
            case NodeEvent.NodeStopped _ -> stopped(node, event.atNanos());
            case DiscoveryEvent.InstanceRegistered r -> {
                nodeOfInstance.put(r.instance(), node);
                if (nodeOfInstance.size() > INSTANCES_KEPT) {
                    nodeOfInstance.remove(nodeOfInstance.keySet().iterator().next());
                }
            }
            case RoutingEvent.RouterReady r ->
                routers.put(node, new RouterView(node, true, r.workers(), r.synced(), r.blocks(), 0, decidedBy(node)));
            case RoutingEvent.RouterObserved r -> {
                RouterView known = routers.get(node);
                if (known != null) {
                    routers.put(
                            node,
                            new RouterView(
                                    node,
                                    known.isReady(),
                                    r.workers(),
                                    r.synced(),
                                    r.blocks(),
                                    r.sequences(),
                                    known.decided()));
                }
            }
            case RoutingEvent.RouteDecided d -> decided(node, d, event.atNanos());
            case RoutingEvent.RouterFallbackStarted(String mode, String because) -> {
                fallbacks.addFirst(new FallbackView(node, event.atNanos(), -1, mode, because, 0));
                if (fallbacks.size() > FALLBACKS_KEPT) {
                    fallbacks.removeLast();
                }
            }
            case RoutingEvent.RouterFallbackEnded e -> endFallback(node, event.atNanos(), e.requests());
            case RoutingEvent.RouteDeclined _ -> declined++;
            case RoutingEvent.KvIndexResynced r -> resyncs += r.because() == ResyncCause.NEW_WORKER ? 0 : 1;
            default -> {
                // Not about routing.
            }
        }
    }

    private long decidedBy(String router) {
        RouterView known = routers.get(router);
        return known == null ? 0 : known.decided();
    }

    private void stopped(String node, long atNanos) {
        routers.computeIfPresent(node, (_, r) -> new RouterView(node, false, 0, 0, 0, 0, r.decided()));
        endFallback(node, atNanos, 0);
    }

    private void endFallback(String frontend, long atNanos, long requests) {
        List<FallbackView> all = new ArrayList<>(fallbacks);
        for (int i = 0; i < all.size(); i++) {
            FallbackView f = all.get(i);
            if (f.frontend().equals(frontend) && f.untilNanos() < 0) {
                all.set(i, new FallbackView(frontend, f.fromNanos(), atNanos, f.mode(), f.because(), requests));
                fallbacks.clear();
                fallbacks.addAll(all);
                return;
            }
        }
    }

    private void decided(String router, RoutingEvent.RouteDecided d, long atNanos) {
        decided++;
        routers.computeIfPresent(
                router,
                (_, r) -> new RouterView(
                        router, r.isReady(), r.workers(), r.synced(), r.blocks(), r.sequences(), r.decided() + 1));
        String worker = nodeOfInstance.getOrDefault(d.instance(), Long.toUnsignedString(d.instance()));
        decisions.addLast(new Decision(
                atNanos,
                router,
                d.request(),
                worker,
                d.promptBlocks(),
                d.overlapBlocks(),
                d.bestOverlapBlocks(),
                d.decodeBlocks(),
                d.cost(),
                d.nextCost(),
                d.candidates()));
        if (decisions.size() > DECISIONS_KEPT) {
            decisions.removeFirst();
        }
        long second = atNanos / SECOND;
        RoutingSecond last = seconds.peekLast();
        if (last != null && last.second() == second) {
            seconds.removeLast();
        } else {
            last = new RoutingSecond(second, 0, 0, 0);
        }
        seconds.addLast(new RoutingSecond(
                second,
                last.decided() + 1,
                last.promptBlocks() + d.promptBlocks(),
                last.overlapBlocks() + d.overlapBlocks()));
        if (seconds.size() > SECONDS_KEPT) {
            seconds.removeFirst();
        }
    }

    RoutingSnapshot snapshot() {
        return new RoutingSnapshot(
                List.copyOf(decisions),
                List.copyOf(seconds),
                List.copyOf(routers.values()),
                List.copyOf(fallbacks),
                decided,
                declined,
                resyncs);
    }
}
