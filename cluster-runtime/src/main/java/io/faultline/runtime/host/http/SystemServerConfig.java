package io.faultline.runtime.host.http;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// A worker's system port.
///
/// @param host address to listen on (`DYN_SYSTEM_HOST`); the loopback address by default, because nothing here asks who
///     is asking. Probes of an orchestrator need another
/// @param port 0 = any free one (`DYN_SYSTEM_PORT`, `--system-port`); default 9090
/// @param healthPath `DYN_SYSTEM_HEALTH_PATH`; default /health
/// @param livePath `DYN_SYSTEM_LIVE_PATH`; default /live
/// @param answerNanos longest wait for the worker's loop; default 1 s, below the time-out of common probes
@RecordBuilder
public record SystemServerConfig(String host, int port, String healthPath, String livePath, long answerNanos)
        implements SystemServerConfigBuilder.With {
    public SystemServerConfig {
        Invariants.check(port >= 0 && port <= 65_535, "a port is 0 to 65535, not %s", port);
        Invariants.check(
                healthPath.startsWith("/") && livePath.startsWith("/") && !healthPath.equals(livePath),
                "/health and /live are two paths");
        Invariants.check(answerNanos > 0, "a wait is at least 1 ns");
    }

    public static SystemServerConfig defaults() {
        return new SystemServerConfig("127.0.0.1", 9090, "/health", "/live", 1_000_000_000L);
    }

    public SystemServerConfig listeningOn(String newHost, int newPort) {
        return with(b -> b.host(newHost).port(newPort));
    }
}
