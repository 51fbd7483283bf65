package io.faultline.sim.invariant;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// REQ-11: workers that come and go because somebody decided so cost nobody an answer, and neither does the end of who
/// decides or of who carries it out. A request may fail or be refused only if, in its time or shortly before, something
/// ended by force that serves requests, a machine was lost, a fault of that kind was active, or no worker was there.
/// Watches clusters whose requests may move often enough: workers that stop in order can use few moves up.
public final class NoRequestFailsByScaling implements Invariant {
    /// Migrations that nobody's scaling uses up within one request.
    private static final int MOVES_ENOUGH = 8;

    private final boolean isWatching;
    private final long returnNanos;
    private final Map<NodeId, NodeRole> roles = new LinkedHashMap<>();
    private final Set<NodeId> retired = new LinkedHashSet<>();
    private final Set<String> harmfulFaults = new LinkedHashSet<>();
    private final Set<Long> workers = new LinkedHashSet<>();
    private final Map<NodeId, Long> instances = new LinkedHashMap<>();
    private final Map<String, Long> receivedNanos = new LinkedHashMap<>();
    private long harmedNanos;

    /// @param returnNanos from the end of a fault to everybody's being back
    public NoRequestFailsByScaling(ClusterConfig config, long returnNanos) {
        this.isWatching = config.orchestration().isOn() && config.migrationLimit() >= MOVES_ENOUGH;
        this.returnNanos = returnNanos;
    }

    @Override
    public String sentence() {
        return "No request fails or is refused because workers are started and stopped in order.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (!isWatching) {
            return;
        }
        switch (event.record()) {
            case NodeEvent.NodeStarted(NodeRole role) -> roles.put(event.node(), role);
            case NodeEvent.NodeStopped stopped -> stopped(event, stopped);
            case ScalingEvent.ProcessRetired gone -> retired.add(new NodeId(gone.process()));
            case ScalingEvent.MachineChanged machine -> harmedNanos = machine.up() ? harmedNanos : event.atNanos();
            case DiscoveryEvent.InstanceRegistered instance -> {
                if (roles.get(event.node()) == NodeRole.DECODE) {
                    harmedNanos = harmedNow(event);
                    workers.add(instance.instance());
                    instances.put(event.node(), instance.instance());
                }
            }
            case DiscoveryEvent.LeaseEnded ended -> gone(event, ended.lease());
            case FaultEvent.FaultInjected fault -> {
                if (isHarmful(fault.kind())) {
                    harmfulFaults.add(fault.fault());
                    harmedNanos = event.atNanos();
                }
            }
            case FaultEvent.FaultRecovered fault -> {
                harmedNanos = harmedNow(event);
                harmfulFaults.remove(fault.fault());
            }
            case RequestEvent.RequestReceived received -> receivedNanos.put(received.request(), event.atNanos());
            case RequestEvent.RequestCompleted ended -> receivedNanos.remove(ended.request());
            case RequestEvent.RequestCancelled ended -> receivedNanos.remove(ended.request());
            case RequestEvent.RequestFailed ended -> lost(event, ended.request(), "failed", report);
            case RequestEvent.RequestRejected ended -> lost(event, ended.request(), "was refused", report);
            default -> {
                // Neither about requests nor about who serves them.
            }
        }
    }

    private void stopped(ClusterEvent event, NodeEvent.NodeStopped stopped) {
        boolean byForce = stopped.how() != StopKind.STOPPED && !retired.remove(event.node());
        if (byForce && serves(roles.getOrDefault(event.node(), NodeRole.OPERATOR))) {
            harmedNanos = event.atNanos();
        }
        Long instance = instances.remove(event.node());
        if (instance != null) {
            gone(event, instance);
        }
    }

    private void gone(ClusterEvent event, long instance) {
        if (workers.remove(instance) && workers.isEmpty()) {
            harmedNanos = event.atNanos();
        }
    }

    /// While something harmful lasts, the last harm is now.
    private long harmedNow(ClusterEvent event) {
        return harmfulFaults.isEmpty() && !workers.isEmpty() ? harmedNanos : event.atNanos();
    }

    private void lost(ClusterEvent event, String request, String how, Report report) {
        Long received = receivedNanos.remove(request);
        if (received != null && harmedNow(event) + returnNanos < received) {
            report.broken(event.node(), "request " + request + ' ' + how + ", and nothing but scaling was going on");
        }
    }

    private static boolean serves(NodeRole role) {
        return switch (role) {
            case STORE, FRONTEND, DECODE, PREFILL, QUEUE, MACHINE -> true;
            case ROUTER, PLANNER, ORCHESTRATOR, CLIENT, OPERATOR -> false;
        };
    }

    /// What happens to planner, orchestrator and routers must not reach requests, and load is no fault.
    private static boolean isHarmful(String kind) {
        return !kind.startsWith("planner-")
                && !kind.startsWith("orchestrator-")
                && !kind.startsWith("router-")
                && !kind.startsWith("load-")
                && !kind.equals("cordon");
    }
}
