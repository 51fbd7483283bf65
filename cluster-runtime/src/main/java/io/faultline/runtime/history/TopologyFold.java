package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.history.TopologySnapshot.FlowView;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.window.RateWindow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who is in the cluster, how each one is, and what flows between them. Confined to the loop that feeds it.
public final class TopologyFold implements Fold {
    /// Over which time the rates in a snapshot are taken.
    public static final long RATE_WINDOW_NANOS = 2_000_000_000L;

    private final HealthFold changes;
    private final Map<String, NodeEntry> nodes = new LinkedHashMap<>();
    private final Map<Long, String> nodeOfInstance = new LinkedHashMap<>();
    private final Map<Long, String> seenBy = new LinkedHashMap<>();
    private final Map<String, OpenRequest> open = new LinkedHashMap<>();
    private final Map<String, FlowEntry> flows = new TreeMap<>();
    private long atNanos;

    /// @param changes hears every change of a node's health
    TopologyFold(HealthFold changes) {
        this.changes = changes;
    }

    @Override
    public void apply(ClusterEvent event) {
        atNanos = event.atNanos();
        String node = event.node().value();
        switch (event.record()) {
            case NodeEvent.NodeStarted(NodeRole role) -> started(node, role);
            case NodeEvent.NodeStopped(NodeEvent.StopKind how, String detail) -> stopped(node, how, detail);
            case NodeEvent.NodeDraining d -> draining(node, d);
            case HealthEvent.HealthChanged h -> judged(node, h);
            case DiscoveryEvent.InstanceRegistered registered -> registered(node, registered);
            case DiscoveryEvent.LeaseEnded ended -> leaseEnded(ended);
            case DiscoveryEvent.InstanceSeen(long instance, String _, boolean present) -> seen(node, instance, present);
            case DiscoveryEvent.InstanceInhibited(long instance, var _, String evidence) ->
                withNode(instance, n -> n.becomeIfFit(NodeHealth.INHIBITED, atNanos, node + ": " + evidence));
            case DiscoveryEvent.InstanceReinstated(long instance, long _) ->
                withNode(instance, n -> n.becomeIfFit(NodeHealth.READY, atNanos, node + " got an answer again"));
            case RoutingEvent.RouterReady ready -> routerReady(node, ready);
            case RequestEvent.RequestReceived r -> open.put(r.request(), new OpenRequest(node));
            case RequestEvent.RequestRouted r -> routed(node, r);
            case RequestEvent.TokensDelivered d -> delivered(node, d);
            case MigrationEvent.MigrationStarted m -> {
                FlowEntry flow = flow(node, m.from());
                if (flow != null) {
                    flow.migratedAway++;
                }
                leave(m.request());
            }
            case RequestEvent.RequestCompleted r -> end(r.request());
            case RequestEvent.RequestFailed r -> end(r.request());
            case RequestEvent.RequestCancelled r -> end(r.request());
            case RequestEvent.RequestRejected r -> end(r.request());
            case EngineEvent.EngineStepped s -> stepped(node, s);
            case ScalingEvent.MachineChanged m -> machine(m);
            case ScalingEvent.MachineCordoned c -> cordoned(c.machine(), NodeHealth.DEGRADED, "cordoned: " + c.why());
            case ScalingEvent.MachineUncordoned u -> cordoned(u.machine(), NodeHealth.READY, "may be used again");
            case NodeEvent.NodeUnresponsive(String silent, long _) -> {
                NodeEntry entry = nodes.get(silent);
                if (entry != null && entry.isUp()) {
                    entry.fellSilent(atNanos, "does not answer probes");
                }
            }
            case NodeEvent.NodeResponsive(String heard, long _) -> {
                NodeEntry entry = nodes.get(heard);
                if (entry != null) {
                    entry.answered(atNanos);
                }
            }
            default -> {
                // The other records say nothing about who is there.
            }
        }
    }

    private void started(String name, NodeRole role) {
        NodeEntry entry = nodes.computeIfAbsent(name, n -> new NodeEntry(n, role, changes));
        entry.starts++;
        entry.isUnfit = false;
        entry.clearEngine();
        boolean registers = registers(role);
        entry.become(
                registers ? NodeHealth.STARTING : NodeHealth.READY,
                atNanos,
                registers ? "started, not registered yet" : "started");
    }

    private static boolean registers(NodeRole role) {
        return role == NodeRole.DECODE || role == NodeRole.PREFILL || role == NodeRole.ROUTER;
    }

    private void stopped(String name, NodeEvent.StopKind how, String detail) {
        open.entrySet().removeIf(request -> {
            boolean lost = request.getValue().frontend.equals(name);
            if (lost) {
                leave(request.getKey());
            }
            return lost;
        });
        NodeEntry entry = nodes.get(name);
        if (entry != null) {
            entry.clearEngine();
            NodeHealth health = switch (how) {
                case STOPPED -> NodeHealth.STOPPED;
                case KILLED -> NodeHealth.KILLED;
                case FAILED -> NodeHealth.FAILED;
            };
            entry.become(health, atNanos, detail);
        }
    }

    private void draining(String name, NodeEvent.NodeDraining d) {
        NodeEntry entry = nodes.get(name);
        if (entry != null && entry.isUp()) {
            entry.isUnfit = true;
            entry.become(
                    NodeHealth.DEGRADED,
                    atNanos,
                    d.open() == 0
                            ? "stopping"
                            : "stopping, " + d.open()
                                    + (d.handsOver() ? " streams are handed over" : " may end first"));
        }
    }

    /// A worker's verdict on itself. A healthy one is ready once it is back in discovery.
    private void judged(String name, HealthEvent.HealthChanged h) {
        NodeEntry entry = nodes.get(name);
        if (entry != null && entry.isUp()) {
            entry.isUnfit = h.health() != HealthEvent.WorkerHealth.HEALTHY;
            entry.become(entry.isUnfit ? NodeHealth.DEGRADED : NodeHealth.STARTING, atNanos, h.evidence());
        }
    }

    private void registered(String name, DiscoveryEvent.InstanceRegistered r) {
        NodeEntry entry = nodes.get(name);
        if (entry != null) {
            entry.instance = r.instance();
            entry.model = r.model();
            entry.kvBlocks = r.kvBlocks();
            nodeOfInstance.put(r.instance(), name);
            String frontend = seenBy.get(r.instance());
            if (entry.role == NodeRole.PREFILL) {
                entry.become(NodeHealth.READY, atNanos, "registered; takes prefill jobs");
            } else if (frontend == null) {
                entry.become(NodeHealth.STARTING, atNanos, "registered; no frontend has seen it yet");
            } else {
                entry.become(NodeHealth.READY, atNanos, frontend + " routes to it");
            }
        }
    }

    private void routerReady(String name, RoutingEvent.RouterReady ready) {
        NodeEntry entry = nodes.get(name);
        if (entry != null && entry.isUp()) {
            entry.instance = ready.instance();
            entry.become(
                    NodeHealth.READY,
                    atNanos,
                    "knows what " + ready.synced() + " of " + ready.workers() + " workers hold");
        }
    }

    /// Ready means routable: a frontend knows it.
    private void seen(String frontend, long instance, boolean present) {
        // On real threads a frontend may see an instance before the worker's own word of it arrives here.
        if (present) {
            seenBy.put(instance, frontend);
        } else {
            seenBy.remove(instance);
        }
        withNode(instance, n -> {
            if (present && n.health == NodeHealth.STARTING) {
                n.become(NodeHealth.READY, atNanos, frontend + " routes to it");
            } else if (!present) {
                n.becomeIfFit(NodeHealth.DEGRADED, atNanos, frontend + " no longer finds it in discovery");
            }
        });
    }

    private void leaseEnded(DiscoveryEvent.LeaseEnded ended) {
        withNode(ended.lease(), n -> {
            if (n.isUp() && ended.expired()) {
                n.becomeIfFit(NodeHealth.DEGRADED, atNanos, "its lease expired");
            }
        });
    }

    private void routed(String frontend, RequestEvent.RequestRouted r) {
        OpenRequest request = open.get(r.request());
        String worker = nodeOfInstance.get(r.instance());
        if (request != null && worker != null) {
            leave(r.request());
            request.worker = worker;
            flows.computeIfAbsent(frontend + '\0' + worker, _ -> new FlowEntry(frontend, worker)).open++;
        }
    }

    private void delivered(String frontend, RequestEvent.TokensDelivered d) {
        OpenRequest request = open.get(d.request());
        FlowEntry flow = flow(frontend, d.instance());
        if (request != null && flow != null) {
            flow.tokens.add(atNanos, d.total() - request.delivered);
            request.delivered = d.total();
        }
    }

    private void leave(String id) {
        OpenRequest request = open.get(id);
        if (request != null && request.worker != null) {
            FlowEntry flow = flows.get(request.frontend + '\0' + request.worker);
            if (flow != null) {
                flow.open--;
            }
            request.worker = null;
        }
    }

    private void end(String id) {
        leave(id);
        open.remove(id);
    }

    private void stepped(String name, EngineEvent.EngineStepped s) {
        NodeEntry entry = nodes.get(name);
        if (entry != null) {
            entry.stepped(atNanos, s);
        }
    }

    private void machine(ScalingEvent.MachineChanged m) {
        NodeEntry entry = nodes.computeIfAbsent(m.machine(), n -> new NodeEntry(n, NodeRole.MACHINE, changes));
        entry.starts += m.up() ? 1 : 0;
        entry.become(m.up() ? NodeHealth.READY : NodeHealth.KILLED, atNanos, m.gpus() + " GPUs; " + m.why());
    }

    private void cordoned(String machine, NodeHealth health, String why) {
        NodeEntry entry = nodes.get(machine);
        if (entry != null && entry.isUp()) {
            entry.become(health, atNanos, why);
        }
    }

    private @Nullable FlowEntry flow(String frontend, long instance) {
        String worker = nodeOfInstance.get(instance);
        return worker == null ? null : flows.get(frontend + '\0' + worker);
    }

    private void withNode(long instance, Consumer<NodeEntry> action) {
        String name = nodeOfInstance.get(instance);
        NodeEntry entry = name == null ? null : nodes.get(name);
        // Words about an instance that its node has already replaced, or about a node that is gone, change nothing.
        if (entry != null && entry.instance == instance && entry.isUp()) {
            action.accept(entry);
        }
    }

    TopologySnapshot snapshot(long nowNanos) {
        Map<String, Integer> openByNode = new LinkedHashMap<>();
        for (OpenRequest request : open.values()) {
            openByNode.merge(request.frontend, 1, Integer::sum);
            if (request.worker != null) {
                openByNode.merge(request.worker, 1, Integer::sum);
            }
        }
        List<NodeView> nodeViews = new ArrayList<>(nodes.size());
        for (NodeEntry n : nodes.values()) {
            nodeViews.add(n.view(nowNanos, openByNode.getOrDefault(n.name, 0)));
        }
        List<FlowView> flowViews = new ArrayList<>(flows.size());
        for (FlowEntry f : flows.values()) {
            flowViews.add(new FlowView(f.from, f.to, f.open, f.tokens.perSecond(nowNanos), f.migratedAway));
        }
        return new TopologySnapshot(atNanos, List.copyOf(nodeViews), List.copyOf(flowViews));
    }

    private static final class OpenRequest {
        final String frontend;

        @Nullable String worker;

        int delivered;

        OpenRequest(String frontend) {
            this.frontend = frontend;
        }
    }

    private static final class FlowEntry {
        final String from;
        final String to;
        final RateWindow tokens = new RateWindow(RATE_WINDOW_NANOS);
        int open;
        int migratedAway;

        FlowEntry(String from, String to) {
            this.from = from;
            this.to = to;
        }
    }
}
