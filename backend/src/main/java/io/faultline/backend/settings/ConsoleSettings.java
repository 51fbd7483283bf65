package io.faultline.backend.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one console is started. Immutable.
///
/// @param port of the console and its REST API; 0 = any free one
/// @param apiPort of the cluster's OpenAI API
/// @param dataDir where accounts, the audit log and reports are kept; made when missing
/// @param clusterFile describes the cluster to run; null = the demo cluster
/// @param traffic whether synthetic clients keep the cluster busy
public record ConsoleSettings(
        int port, int apiPort, Path dataDir, @Nullable Path clusterFile, boolean traffic) {
    private static final int PORT_MAX = 65_535;

    public ConsoleSettings {
        if (port < 0 || port > PORT_MAX || apiPort < 0 || apiPort > PORT_MAX) {
            throw new IllegalArgumentException("a port is a number from 0 to " + PORT_MAX);
        }
    }

    public static ConsoleSettings defaults() {
        return new ConsoleSettings(8080, 8000, Path.of("data"), null, true);
    }

    public ConsoleSettings withPort(int newPort) {
        return new ConsoleSettings(newPort, apiPort, dataDir, clusterFile, traffic);
    }

    public ConsoleSettings withDataDir(Path newDataDir) {
        return new ConsoleSettings(port, apiPort, newDataDir, clusterFile, traffic);
    }

    /// The same as Spring properties. The database is one file in the data directory, open to this process alone.
    public Map<String, Object> toProperties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("server.port", port);
        properties.put(
                "spring.datasource.url",
                "jdbc:h2:file:" + dataDir.toAbsolutePath().normalize().resolve("faultline")
                        + ";DB_CLOSE_ON_EXIT=FALSE");
        return properties;
    }
}
