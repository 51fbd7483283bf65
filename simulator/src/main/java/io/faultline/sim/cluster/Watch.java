package io.faultline.sim.cluster;

import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.invariant.BusyWorkersSpared;
import io.faultline.sim.invariant.CordonedMachinesRest;
import io.faultline.sim.invariant.EjectionsLeaveAPool;
import io.faultline.sim.invariant.EveryDecisionIsAccountedFor;
import io.faultline.sim.invariant.EveryFallbackEnds;
import io.faultline.sim.invariant.EveryMigrationEnds;
import io.faultline.sim.invariant.EveryPrefillEnds;
import io.faultline.sim.invariant.EveryRequestEndsExactlyOnce;
import io.faultline.sim.invariant.EveryStopEnds;
import io.faultline.sim.invariant.EveryTurnEnds;
import io.faultline.sim.invariant.InhibitedUntilHealthy;
import io.faultline.sim.invariant.InvariantSuite;
import io.faultline.sim.invariant.KvBlocksConserved;
import io.faultline.sim.invariant.KvIndexEqualsCaches;
import io.faultline.sim.invariant.LivenessAfterHealing;
import io.faultline.sim.invariant.MigrationBudgetKept;
import io.faultline.sim.invariant.NoDeadEnd;
import io.faultline.sim.invariant.NoRequestFailsByScaling;
import io.faultline.sim.invariant.NoRouteToExpiredLease;
import io.faultline.sim.invariant.NoRouteToUnfitWorker;
import io.faultline.sim.invariant.NoTokenLostOrRepeated;
import io.faultline.sim.invariant.NoWorkOnDeadNode;
import io.faultline.sim.invariant.NothingRunsOn;
import io.faultline.sim.invariant.PermitsNeverNegative;
import io.faultline.sim.invariant.PrefillFailsNoRequest;
import io.faultline.sim.invariant.PrefillUsedOnce;
import io.faultline.sim.invariant.RejectionsHaveACause;
import io.faultline.sim.invariant.ReplicasWithinBounds;
import io.faultline.sim.invariant.RestartsBackOff;
import io.faultline.sim.invariant.TimeNeverGoesBack;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// The invariants of one cluster, and what drives those that need more than events. Confined to the simulation's
/// thread.
final class Watch {
    /// Dead ends are looked for once a simulated second.
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final NodeId WATCHER = new NodeId("watch");

    private final Roster roster = new Roster();
    private final EveryTurnEnds everyTurnEnds = new EveryTurnEnds();
    private final LivenessAfterHealing liveness = new LivenessAfterHealing();
    private final NoDeadEnd noDeadEnd;
    private final EveryStopEnds everyStopEnds;
    private final EveryPrefillEnds everyPrefillEnds;
    private boolean onlyPrefillDisturbed = true;
    private final Set<NodeId> disturbedWorkers = new LinkedHashSet<>();
    private final Set<Long> disturbedInstances = new LinkedHashSet<>();
    private final NothingRunsOn nothingRunsOn;
    private final Map<NodeId, Long> awakeSinceNanos = new LinkedHashMap<>();
    private final Map<NodeId, Long> runningSinceNanos = new LinkedHashMap<>();
    private final Map<NodeId, Long> stillSinceNanos = new LinkedHashMap<>();
    private final Map<NodeId, Integer> cuts = new LinkedHashMap<>();
    private final InvariantSuite suite;
    private final SimulatedLoop loop;
    private long undisturbedSinceNanos;

    Watch(SimulationConfig config, Bounds bounds, VirtualTime time) {
        ToLongFunction<NodeId> awake = node -> awakeSinceNanos.getOrDefault(node, 0L);
        this.nothingRunsOn = new NothingRunsOn(
                bounds.releaseNanos(),
                bounds.orphanNanos(),
                time::nowNanos,
                awake,
                node -> runningSinceNanos.getOrDefault(node, 0L));
        this.noDeadEnd = new NoDeadEnd(
                bounds.requestSilenceNanos(),
                nothingRunsOn,
                awake,
                instance -> wasDisturbed(instance) ? bounds.engineDetectionNanos() : 0);
        this.everyStopEnds = new EveryStopEnds(bounds.stopNanos(), awake);
        this.everyPrefillEnds = new EveryPrefillEnds(bounds.prefillPatienceNanos(), awake);
        this.suite = new InvariantSuite(
                List.of(
                        new TimeNeverGoesBack(),
                        new NoWorkOnDeadNode(Assembly.OPERATOR),
                        new EveryRequestEndsExactlyOnce(),
                        new NoTokenLostOrRepeated(config.tokens()),
                        new NoRouteToExpiredLease(
                                bounds.arrivalNanos(), bounds.directoryRecoveryNanos(), () -> undisturbedSinceNanos),
                        new KvBlocksConserved(),
                        new PermitsNeverNegative(),
                        new MigrationBudgetKept(config.frontend().migration().limit()),
                        new EveryMigrationEnds(),
                        new InhibitedUntilHealthy(
                                bounds.answerNanos(),
                                node -> stillSinceNanos.getOrDefault(node, Long.MAX_VALUE),
                                awake),
                        new BusyWorkersSpared(bounds.arrivalNanos()),
                        new RejectionsHaveACause(),
                        everyTurnEnds,
                        noDeadEnd,
                        nothingRunsOn,
                        new NoRouteToUnfitWorker(bounds.leavingNanos(), () -> undisturbedSinceNanos),
                        new EjectionsLeaveAPool(config.frontend().outliers()),
                        everyStopEnds,
                        new KvIndexEqualsCaches(),
                        new EveryFallbackEnds(),
                        new ReplicasWithinBounds(
                                config.cluster().orchestration(),
                                config.cluster().managed()),
                        new EveryDecisionIsAccountedFor(),
                        new CordonedMachinesRest(),
                        new RestartsBackOff(config.cluster().orchestration().restart(), config.clockDriftMax()),
                        new NoRequestFailsByScaling(config.cluster(), bounds.wholeAgainNanos()),
                        new PrefillUsedOnce(),
                        everyPrefillEnds,
                        new PrefillFailsNoRequest(
                                () -> onlyPrefillDisturbed && config.cluster().disaggregates()),
                        liveness),
                time::nowNanos);
        this.loop = new SimulatedLoop(WATCHER, time, NodeClock.TRUE, this::turnFailed);
        loop.after(LOOK_NANOS, this::look);
    }

    InvariantSuite suite() {
        return suite;
    }

    Roster roster() {
        return roster;
    }

    void turnFailed(NodeId node, RuntimeException cause) {
        everyTurnEnds.turnFailed(node, cause, suite.reportFor(everyTurnEnds));
    }

    void overdue(RestLook.Missing missing, long boundNanos) {
        liveness.overdue(missing.node(), missing.what(), boundNanos, suite.reportFor(liveness));
    }

    /// Eyes on the engine of a worker's new life.
    /// @param allowanceNanos how much longer than word of it a request's end may take to get there
    NothingRunsOn.WatchedEngine engineOf(NodeId worker, long allowanceNanos) {
        return nothingRunsOn.watch(worker, allowanceNanos, suite.reportFor(nothingRunsOn));
    }

    /// A node stands still from now on.
    void asleep(NodeId node, long nowNanos) {
        stillSinceNanos.putIfAbsent(node, nowNanos);
        runningSinceNanos.put(node, Long.MAX_VALUE);
        awakeSinceNanos.put(node, Long.MAX_VALUE);
    }

    /// A worker's engine is not what it should be, or was not: from now on its requests may be silent for longer.
    void engineDisturbed(NodeId worker) {
        disturbedWorkers.add(worker);
        Long instance = roster.instanceOf(worker);
        if (instance != null) {
            disturbedInstances.add(instance);
        }
    }

    private boolean wasDisturbed(long instance) {
        for (NodeId worker : disturbedWorkers) {
            Long registered = roster.instanceOf(worker);
            if (registered != null && registered == instance) {
                return true;
            }
        }
        return disturbedInstances.contains(instance);
    }

    /// A node goes on.
    void awake(NodeId node, long nowNanos) {
        stillSinceNanos.remove(node);
        runningSinceNanos.replace(node, nowNanos);
        wake(node, nowNanos);
    }

    /// Somebody cannot reach these nodes, or cannot be reached by them, until they are reconnected as often.
    void cutOff(List<NodeId> nodes) {
        for (NodeId node : nodes) {
            cuts.merge(node, 1, Integer::sum);
            awakeSinceNanos.put(node, Long.MAX_VALUE);
        }
    }

    void reconnected(List<NodeId> nodes, long nowNanos) {
        for (NodeId node : nodes) {
            cuts.computeIfPresent(node, (_, count) -> count == 1 ? null : count - 1);
            wake(node, nowNanos);
        }
    }

    private void wake(NodeId node, long nowNanos) {
        if (!cuts.containsKey(node) && !stillSinceNanos.containsKey(node)) {
            awakeSinceNanos.replace(node, nowNanos);
        }
    }

    /// From now on more is disturbed than prefill workers, their queue and the ways to them.
    void moreThanPrefillDisturbed() {
        onlyPrefillDisturbed = false;
    }

    /// From now on some frontend may not hear the store.
    void disturbed() {
        undisturbedSinceNanos = Long.MAX_VALUE;
    }

    /// From now on all can, and everybody is reached.
    void healed(long nowNanos) {
        if (undisturbedSinceNanos != 0) {
            undisturbedSinceNanos = nowNanos;
        }
        cuts.clear();
        stillSinceNanos.clear();
        awakeSinceNanos.replaceAll((_, since) -> since == Long.MAX_VALUE ? nowNanos : since);
        runningSinceNanos.replaceAll((_, since) -> since == Long.MAX_VALUE ? nowNanos : since);
    }

    private void look() {
        noDeadEnd.look(loop.now(), suite.reportFor(noDeadEnd));
        nothingRunsOn.look(suite.reportFor(nothingRunsOn));
        everyStopEnds.look(loop.now(), suite.reportFor(everyStopEnds));
        everyPrefillEnds.look(loop.now(), suite.reportFor(everyPrefillEnds));
        loop.after(LOOK_NANOS, this::look);
    }
}
