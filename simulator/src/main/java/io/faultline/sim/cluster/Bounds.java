package io.faultline.sim.cluster;

import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.modelled.TimingModel;
import io.faultline.runtime.health.HealthCheckConfig;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.router.RouterConfig;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.faultline.runtime.worker.ShutdownConfig;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.ArrayList;
import java.util.List;

/// How long things can take, as sums of named delays of the configuration; there is no constant of our own in
/// them. Pure.
final class Bounds {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long MILLION = 1_000_000;
    /// Scenarios slow no engine more than this.
    private static final int SLOWNESS_MAX = 60;

    private final SimulationConfig config;

    Bounds(SimulationConfig config) {
        this.config = config;
    }

    /// A part of a bound.
    record Delay(String name, long nanos) {}

    static long sum(List<Delay> delays) {
        return delays.stream().mapToLong(Delay::nanos).sum();
    }

    /// From sending a message to its arrival, on a healthy network.
    long arrivalNanos() {
        return config.network().arrivalBoundNanos();
    }

    /// From the silence of a peer to its being given up.
    long silenceNanos() {
        RequestPlaneConfig plane = config.frontend().plane();
        return plane.silenceNanos() + plane.allowanceNanos() + plane.lookNanos() + arrivalNanos();
    }

    /// From the store's answering again to every directory's being up to date: a listing that was asked for in
    /// vain has to time out, the next one comes with the reconciliation, over a new connection.
    long directoryRecoveryNanos() {
        LeaseConfig lease = config.frontend().lease();
        return lease.reconcileNanos()
                + 2 * config.storeClient().requestTimeoutNanos()
                + config.network().connectTimeoutNanos()
                + 4 * arrivalNanos();
    }

    /// Longest time for which nothing is heard of a request that waits for something: opening a channel, finding
    /// out that a worker is silent, backing off, waiting for a worker to appear, the iteration before its own, its
    /// own. A limit on stalls does not count: it is there for engines that do not work.
    long requestSilenceNanos() {
        MigrationConfig migration = config.frontend().migration();
        return config.network().connectTimeoutNanos()
                + silenceNanos()
                + migration.backoffMaxNanos()
                + migration.patienceNanos()
                + 2 * config.frontend().routing().answerNanos()
                + 2 * longestIterationNanos()
                + prefillNanos()
                + 4 * arrivalNanos();
    }

    /// Longest time that a prompt waits for a prefill worker.
    long prefillNanos() {
        return config.worker().prefill().map(PrefillConfig::patienceNanos).orElse(0L);
    }

    /// The same by the slowest clock.
    long prefillPatienceNanos() {
        long patience = prefillNanos();
        return patience + patience / MILLION * config.clockDriftMax() + arrivalNanos();
    }

    /// How much longer nothing may be heard of a request whose worker's engine is disturbed: until the worker or its
    /// frontends find out.
    long engineDetectionNanos() {
        return config.worker().health().detectionNanos() + longestIterationNanos() * SLOWNESS_MAX;
    }

    /// A canary on a sound engine, and one more that another worker began meanwhile.
    long canaryNanos() {
        return 2 * config.worker().health().requestTimeoutNanos();
    }

    /// From a worker's verdict to the frontends' knowing that it left: a word to the store, and the store's to them.
    long leavingNanos() {
        return 3 * arrivalNanos();
    }

    /// From the order to stop to the end.
    long stopNanos() {
        ShutdownConfig worker = config.worker().shutdown();
        long workerNanos = worker.leaveNanos() + worker.graceNanos() + worker.cleanupNanos();
        long longest = Math.max(workerNanos, config.frontend().drainNanos()) + arrivalNanos();
        return longest + longest / MILLION * config.clockDriftMax();
    }

    /// From the last change of a KV cache to the routers' knowing of it: a lost event is found with the next word on
    /// how many there are, and asked for until there is an answer.
    long kvNewsNanos() {
        return config.cluster().routing().routers() == 0
                ? 0
                : config.worker().kvFeed().headNanos()
                        + 2 * config.cluster().router().kvFeed().retryMinNanos()
                        + 4 * arrivalNanos();
    }

    /// From a router's start, or its being reached again, to the frontends' asking it.
    private long routerReturnNanos() {
        RoutingConfig routing = config.cluster().routing();
        if (routing.routers() == 0) {
            return 0;
        }
        RouterConfig router = config.cluster().router();
        return router.warmUpNanos()
                + router.lease().retryMaxNanos()
                + routing.retryMaxNanos()
                + routing.probeNanos()
                + 2 * config.network().connectTimeoutNanos()
                + 8 * arrivalNanos();
    }

    /// From a request's end to its sequences' release: the word of it, or the frontend's death, has to arrive; a
    /// worker whose stream was given up as silent hears of it the same way.
    long releaseNanos() {
        return 2 * arrivalNanos();
    }

    /// From a frontend's end, or its being cut off, to the release of its sequences on a worker that runs: the
    /// frontend may still have to find its worker silent, then the worker hears nothing from it, which is
    /// looked at once a heartbeat.
    long orphanNanos() {
        RequestPlaneConfig plane = config.worker().plane();
        return silenceNanos() + plane.orphanNanos() + 2 * plane.heartbeatNanos() + 2 * arrivalNanos();
    }

    /// From a worker's answer to a ping to its effect: answers that come later do not count.
    long answerNanos() {
        return config.frontend().plane().probeNanos() + arrivalNanos();
    }

    /// From the start of the nodes to a cluster that serves.
    List<Delay> start() {
        List<Delay> delays = new ArrayList<>();
        delays.add(new Delay("connecting to the store", config.network().connectTimeoutNanos()));
        delays.add(new Delay(
                "granting a lease and writing under it",
                2 * config.storeClient().requestTimeoutNanos()));
        delays.add(new Delay("the directories' recovery", directoryRecoveryNanos()));
        delays.add(new Delay("the routers' start", routerReturnNanos()));
        if (config.cluster().orchestration().isOn()) {
            delays.addAll(replacement(config.cluster().orchestration()));
        }
        return delays;
    }

    /// From the end of the last fault to a cluster at rest, when these loads are under way or were just drained.
    List<Delay> stabilisation(List<LoadSpec> loads) {
        LeaseConfig lease = config.worker().lease();
        MigrationConfig migration = config.frontend().migration();
        List<Delay> delays = new ArrayList<>();
        delays.add(new Delay("noticing silent workers", silenceNanos()));
        delays.add(new Delay(
                "noticing a lost lease",
                lease.renewNanos() + config.storeClient().requestTimeoutNanos()));
        delays.add(new Delay("retrying to register", lease.retryMaxNanos()));
        delays.add(new Delay(
                "granting a lease and writing under it",
                2 * config.storeClient().requestTimeoutNanos()));
        delays.add(new Delay(
                "expiry of dead workers' leases",
                lease.ttlNanos() + config.store().leaseGrainNanos()));
        delays.add(new Delay("the directories' recovery", directoryRecoveryNanos()));
        delays.add(new Delay("waiting for a prefill", prefillNanos()));
        delays.add(new Delay(
                "pinging inhibited workers",
                config.frontend().inhibition().probeMaxNanos()
                        + config.frontend().plane().probeNanos()
                        + config.network().connectTimeoutNanos()));
        delays.add(new Delay(
                "taking slow workers back",
                config.frontend().outliers().backoffMaxNanos()
                        + config.frontend().outliers().canaryTimeoutNanos()));
        HealthCheckConfig health = config.worker().health();
        delays.add(new Delay(
                "workers' finding themselves well",
                health.successesToHealthy() * (health.requestTimeoutNanos() + health.retryNanos())));
        delays.add(new Delay(
                "migrations that are left",
                migration.limit() * (migration.backoffMaxNanos() + migration.patienceNanos() + silenceNanos())));
        delays.add(new Delay("the routers' return", routerReturnNanos()));
        delays.add(new Delay("clients' pause after a failure", config.load().retryNanos()));
        OrchestrationConfig orchestration = config.cluster().orchestration();
        if (orchestration.isOn()) {
            delays.addAll(replacement(orchestration));
            delays.add(new Delay(
                    "retiring what is not wanted",
                    (long) orchestration.gpus() * (orchestration.drainPauseNanos() + stopNanos())));
            delays.add(new Delay("cordons", orchestration.cordon().forNanos()));
            delays.add(new Delay(
                    "the longest wait for a restart", orchestration.restart().maxNanos()));
            delays.add(new Delay(
                    "two intervals of the planner", 2 * orchestration.planner().intervalNanos()));
        }
        for (LoadSpec load : loads) {
            delays.add(new Delay("serving " + load.clients() + " clients", servingNanos(load)));
        }
        delays.add(new Delay("slow clocks", sum(delays) / MILLION * config.clockDriftMax()));
        return delays;
    }

    /// From the end of a process to its replacement in discovery, where there is room for it and it does not fail again
    /// and again.
    List<Delay> replacement(OrchestrationConfig orchestration) {
        return List.of(
                new Delay("noticing a lost machine", orchestration.machineLossNanos()),
                new Delay("noticing what nobody told", orchestration.reconcileNanos()),
                new Delay(
                        "the first wait for a restart", orchestration.restart().minNanos()),
                new Delay("launching", orchestration.launchNanos()),
                new Delay("connecting to the store", config.network().connectTimeoutNanos()),
                new Delay(
                        "granting a lease and writing under it",
                        2 * config.storeClient().requestTimeoutNanos()));
    }

    /// From the end of a fault to workers that serve again, where an orchestrator looks after them.
    long wholeAgainNanos() {
        OrchestrationConfig orchestration = config.cluster().orchestration();
        return sum(replacement(orchestration))
                + orchestration.restart().maxNanos()
                + directoryRecoveryNanos()
                + config.worker().lease().ttlNanos()
                + config.store().leaseGrainNanos();
    }

    /// All of a load's open requests, or all that each client still sends when their number is fixed, one after
    /// the other on one worker, each as often as it may migrate.
    private long servingNanos(LoadSpec load) {
        long requests = (long) load.clients() * Math.max(1, load.requestsPerClient());
        int longest = load.sharedPrefixTokens() + load.promptTokensMax() + load.maxTokens();
        double millis = timing().millis(longest, (long) longest * longest, 0, 0)
                + load.maxTokens() * timing().millis(0, 0, 1, longest);
        int attempts = config.frontend().migration().limit() + 1;
        return load.rampNanos() + requests * attempts * nanos(millis);
    }

    private long longestIterationNanos() {
        EngineCapacity capacity = config.engine().capacity();
        long context = capacity.contextTokens();
        long held = (long) capacity.kvBlocks() * capacity.kvBlockTokens();
        return nanos(timing().millis(capacity.batchedTokensMax(), context * context, capacity.sequencesMax(), held));
    }

    private TimingModel timing() {
        return config.engine().timing();
    }

    private long nanos(double millis) {
        return (long) (millis * NANOS_PER_MILLI / config.engine().speedupRatio()) + 1;
    }
}
