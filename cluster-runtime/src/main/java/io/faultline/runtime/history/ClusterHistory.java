package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import java.util.List;
import java.util.Optional;

/// The event log and every fold over it, kept together so that all of them have seen the same events. Confined to
/// the loop that feeds it; snapshots may go anywhere.
public final class ClusterHistory implements Fold {
    private final EventLog log;
    private final HealthFold health;
    private final TopologyFold topology;
    private final RequestFold requests;
    private final MigrationFold migrations;
    private final ServiceFold service = new ServiceFold(Objectives.defaults());
    private final RoutingFold routing = new RoutingFold();
    private final LoadFold load = new LoadFold();
    private final FaultFold faults;
    private final PlaybookFold playbooks;
    private final ScalingFold scaling;
    private final PrefillFold prefill;

    public ClusterHistory(HistoryConfig config) {
        this.log = new EventLog(config.eventsMax());
        this.health = new HealthFold(config.healthTransitionsMax());
        this.topology = new TopologyFold(health);
        this.prefill = new PrefillFold(config.requestsMax());
        this.requests = new RequestFold(config.requestsMax(), config.progressPointsMax(), prefill);
        this.migrations = new MigrationFold(config.migrationsMax());
        this.faults = new FaultFold(config.faultsMax());
        this.playbooks = new PlaybookFold(config.playbookRunsMax());
        this.scaling = new ScalingFold(config.verdictsMax());
    }

    @Override
    public void apply(ClusterEvent event) {
        log.apply(event);
        topology.apply(event);
        health.apply(event);
        prefill.apply(event);
        requests.apply(event);
        migrations.apply(event);
        service.apply(event);
        routing.apply(event);
        load.apply(event);
        faults.apply(event);
        playbooks.apply(event);
        scaling.apply(event);
    }

    public EventLog log() {
        return log;
    }

    /// Rates and windows in a snapshot are as of `nowNanos`.
    public TopologySnapshot topology(long nowNanos) {
        return topology.snapshot(nowNanos);
    }

    /// How the workers are and have been.
    public HealthSnapshot health() {
        return health.snapshot();
    }

    public ServiceSnapshot service(long nowNanos) {
        return service.snapshot(nowNanos);
    }

    /// Per-second buckets in a snapshot end at `nowNanos`.
    public LoadSnapshot load(long nowNanos) {
        return load.snapshot(nowNanos);
    }

    /// How many workers are wanted, and what runs where.
    public ScalingSnapshot scaling() {
        return scaling.snapshot();
    }

    /// What routers did and how they are.
    public RoutingSnapshot routing() {
        return routing.snapshot();
    }

    /// Per-second buckets in a snapshot end at `nowNanos`.
    public PrefillSnapshot prefill(long nowNanos) {
        return prefill.snapshot(nowNanos);
    }

    /// Newest first, at most `limit`.
    public List<PrefillView> prefills(int limit) {
        return prefill.newest(limit);
    }

    /// Newest first, at most `limit`.
    public List<RequestView> requests(int limit) {
        return requests.newest(limit);
    }

    public Optional<RequestView> request(String id) {
        return requests.byId(id);
    }

    /// Newest first, at most `limit`.
    public List<MigrationView> migrations(int limit) {
        return migrations.newest(limit);
    }

    /// Newest first.
    public List<FaultView> faults() {
        return faults.newest();
    }

    /// Newest first.
    public List<PlaybookRunView> playbookRuns() {
        return playbooks.newest();
    }

    /// How much is kept; what is older makes room.
    ///
    /// @param eventsMax events in the log (about 150 bytes each)
    /// @param requestsMax requests with their journey (about 2 KiB each)
    /// @param progressPointsMax points of one request's token curve
    /// @param healthTransitionsMax changes of health, of all nodes, and as many of each worker
    /// @param verdictsMax verdicts of the planner, and as many decisions and restarts
    public record HistoryConfig(
            int eventsMax,
            int requestsMax,
            int progressPointsMax,
            int migrationsMax,
            int faultsMax,
            int playbookRunsMax,
            int healthTransitionsMax,
            int verdictsMax) {
        public static HistoryConfig defaults() {
            return new HistoryConfig(200_000, 5_000, 256, 5_000, 500, 200, 500, 2_000);
        }
    }
}
