package io.faultline.runtime.host.process;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.engine.modelled.ModelledEngineConfig;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.health.HealthCheckConfig;
import io.faultline.runtime.host.http.HttpFrontendConfig;
import io.faultline.runtime.host.http.HttpFrontendConfig.Limits;
import io.faultline.runtime.host.http.SystemServerConfig;
import io.faultline.runtime.host.socket.SocketConfig;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.router.RouterConfig;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.routing.RoutingMode;
import io.faultline.runtime.text.Tokenizer;
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.faultline.runtime.worker.ShutdownConfig;
import io.faultline.runtime.worker.WorkerConfig;

/// From what a process was told to the configuration of its parts.
final class ProcessConfig {
    private static final int MEBIBYTE = 1024 * 1024;
    /// All bodies under way together may take as much as this many of the largest.
    private static final long BODIES = 4;
    /// Longer than any run; what never happens waits this long.
    private static final long NEVER_NANOS = Long.MAX_VALUE / 4;

    private ProcessConfig() {}

    static FrontendConfig frontend(ProcessSettings settings, Tokenizer tokenizer) {
        return FrontendConfig.defaults(tokenizer)
                .withMigration(MigrationConfig.upTo(settings.count(Setting.MIGRATION_LIMIT))
                        .withSequenceTokensMax(settings.count(Setting.MIGRATION_MAX_SEQ_LEN))
                        .withPatienceNanos(settings.nanos(Setting.MIGRATION_PATIENCE)))
                .withLease(lease(settings))
                .withPlane(plane(settings))
                .withRouting(routing(settings))
                .withAdmission(AdmissionConfig.off()
                        .withAdaptive(settings.text(Setting.ADAPTIVE_LIMIT).equals("true"))
                        .withThresholds(thresholds(settings)));
    }

    private static RoutingConfig routing(ProcessSettings settings) {
        String mode = settings.text(Setting.ROUTER_MODE);
        for (RoutingMode known : RoutingMode.values()) {
            if (known.label().equals(mode)) {
                // How many routers there are is for discovery to tell.
                return known == RoutingMode.KV ? RoutingConfig.kv(0) : RoutingConfig.local(known);
            }
        }
        throw new IllegalArgumentException("no router mode " + mode);
    }

    static RouterConfig router(ProcessSettings settings) {
        return RouterConfig.of(
                        RoutingConfig.kv(0)
                                .withWeights(
                                        settings.ratio(Setting.OVERLAP_WEIGHT),
                                        settings.ratio(Setting.ROUTER_TEMPERATURE)),
                        lease(settings))
                .withNamespace(settings.text(Setting.NAMESPACE));
    }

    private static BusyThresholds thresholds(ProcessSettings settings) {
        return new BusyThresholds(
                settings.has(Setting.BUSY_DECODE_BLOCKS) ? settings.ratio(Setting.BUSY_DECODE_BLOCKS) : null,
                settings.has(Setting.BUSY_PREFILL_TOKENS) ? (long) settings.count(Setting.BUSY_PREFILL_TOKENS) : null,
                settings.has(Setting.BUSY_PREFILL_FRACTION) ? settings.ratio(Setting.BUSY_PREFILL_FRACTION) : null);
    }

    static HttpFrontendConfig api(ProcessSettings settings) {
        int bodyBytes = (int) Math.min((long) settings.count(Setting.BODY_LIMIT) * MEBIBYTE, Integer.MAX_VALUE / 2);
        return HttpFrontendConfig.defaults()
                .listeningOn(settings.host(Setting.API_HOST), settings.count(Setting.API_PORT))
                .withLimits(Limits.defaults().withBody(bodyBytes, BODIES * bodyBytes));
    }

    static WorkerConfig worker(ProcessSettings settings) {
        return WorkerConfig.serving(settings.text(Setting.MODEL))
                .withNamespace(settings.text(Setting.NAMESPACE))
                .withLease(lease(settings))
                .withPlane(plane(settings))
                .withHealth(HealthCheckConfig.defaults()
                        .withCanaries(
                                settings.text(Setting.HEALTH_CHECK).equals("true"),
                                settings.nanos(Setting.CANARY_WAIT),
                                settings.nanos(Setting.CANARY_TIMEOUT)))
                .withShutdown(shutdown(settings));
    }

    static SystemServerConfig system(ProcessSettings settings) {
        return new SystemServerConfig(
                settings.host(Setting.SYSTEM_HOST),
                settings.count(Setting.SYSTEM_PORT),
                settings.text(Setting.SYSTEM_HEALTH_PATH),
                settings.text(Setting.SYSTEM_LIVE_PATH),
                SystemServerConfig.defaults().answerNanos());
    }

    static ModelledEngineConfig engine(ProcessSettings settings, TokenModel tokens) {
        ClusterConfig one = new ClusterConfig(
                settings.text(Setting.MODEL),
                1,
                1,
                settings.count(Setting.CONTEXT_TOKENS),
                settings.count(Setting.KV_BLOCKS),
                settings.count(Setting.SEQUENCES_MAX),
                settings.ratio(Setting.SPEEDUP_RATIO),
                0,
                settings.nanos(Setting.LEASE_TTL));
        return one.engine(tokens);
    }

    static SocketConfig sockets(ProcessSettings settings) {
        return switch (settings.role()) {
            case FRONTEND ->
                SocketConfig.defaults().withConnectNanos(Math.max(1_000_000, settings.nanos(Setting.CONNECT_TIMEOUT)));
            case DECODE, ROUTER ->
                SocketConfig.defaults().listeningOn(settings.host(Setting.RPC_HOST), settings.count(Setting.RPC_PORT));
        };
    }

    private static ShutdownConfig shutdown(ProcessSettings settings) {
        ShutdownConfig config = settings.text(Setting.ON_STOP).equals("drain")
                ? ShutdownConfig.draining()
                : ShutdownConfig.handingOver();
        return config.withGraceNanos(settings.nanos(Setting.WORKER_GRACE));
    }

    private static LeaseConfig lease(ProcessSettings settings) {
        return LeaseConfig.withTtl(settings.nanos(Setting.LEASE_TTL));
    }

    /// A frontend that goes by leases alone takes no silence for a failure.
    private static RequestPlaneConfig plane(ProcessSettings settings) {
        boolean byLease = settings.role() == ProcessRole.FRONTEND
                && settings.text(Setting.DETECTION).equals("lease");
        return RequestPlaneConfig.defaults()
                .withDetection(
                        settings.nanos(Setting.HEARTBEAT), byLease ? NEVER_NANOS : settings.nanos(Setting.SILENCE));
    }
}
