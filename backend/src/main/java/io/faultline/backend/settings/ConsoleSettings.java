package io.faultline.backend.settings;

import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record ConsoleSettings(
        int port, int apiPort, Path dataDir, @Nullable Path clusterFile, boolean traffic)
        implements ConsoleSettingsBuilder.With {
    private static final int PORT_MAX = 65_535;

    public ConsoleSettings {
        if (port < 0 || port > PORT_MAX || apiPort < 0 || apiPort > PORT_MAX) {
            throw new IllegalArgumentException("a port is a number from 0 to " + PORT_MAX);
        }
    }

    public static ConsoleSettings defaults() {
        return new ConsoleSettings(8080, 8000, Path.of("data"), null, true);
    }

    /// The same as Spring properties, with everything else that the application is not asked about. The database is one
    /// file in the data directory, open to this process alone.
    public Map<String, Object> toProperties() {
        Map<String, Object> properties = new LinkedHashMap<>(FIXED);
        properties.put("server.port", port);
        properties.put(
                "spring.datasource.url",
                "jdbc:h2:file:" + dataDir.toAbsolutePath().normalize().resolve("faultline")
                        + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0");
        return properties;
    }

    private static final Map<String, Object> FIXED = Map.ofEntries(
            Map.entry("spring.application.name", "faultline"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.datasource.username", "faultline"),
            Map.entry("spring.datasource.hikari.maximum-pool-size", 4),
            Map.entry("spring.mvc.problemdetails.enabled", true),
            // Unknown parts of a body are a mistake of its writer, who should hear of it.
            Map.entry("spring.jackson.deserialization.fail-on-unknown-properties", true),
            // A request that does not come to its end is given up as soon as one to the API.
            Map.entry("server.tomcat.connection-timeout", "10s"),
            Map.entry("server.tomcat.keep-alive-timeout", "75s"),
            Map.entry("server.shutdown", "graceful"),
            Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "5s"),
            Map.entry("server.servlet.session.cookie.name", "FAULTLINE"),
            Map.entry("server.servlet.session.cookie.same-site", "lax"),
            Map.entry("server.servlet.session.cookie.http-only", true),
            Map.entry("server.compression.enabled", true),
            Map.entry(
                    "server.compression.mime-types",
                    "text/html,text/css,text/plain,text/markdown,application/javascript,text/javascript,"
                            + "application/json,application/problem+json,image/svg+xml"),
            Map.entry("spring.web.error.include-stacktrace", "never"),
            Map.entry("spring.web.error.include-message", "never"),
            Map.entry("spring.web.error.whitelabel.enabled", false),
            Map.entry("management.endpoints.web.exposure.include", "health"),
            Map.entry("springdoc.api-docs.path", "/api/v1/openapi.json"),
            Map.entry("springdoc.paths-to-match", "/api/v1/**"),
            // What goes wrong at start is said in one line by whoever started the console.
            Map.entry("logging.level.org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter", "off"),
            // One provider of our own is what is meant.
            Map.entry(
                    "logging.level.org.springframework.security.config.annotation.authentication.configuration"
                            + ".InitializeUserDetailsBeanManagerConfigurer",
                    "error"),
            // What these log at start they also throw, to somebody who says it better.
            Map.entry("logging.level.com.zaxxer.hikari.pool.HikariPool", "off"),
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "off"),
            Map.entry("logging.level.org.springframework.boot.web.server.servlet.context", "error"),
            // These warn of what is meant: that there is a document, and a database newer than the migration tool.
            Map.entry("logging.level.org.springdoc.core.events", "error"),
            Map.entry("logging.level.org.flywaydb", "error"),
            Map.entry("logging.level.root", "warn"),
            Map.entry("logging.level.io.faultline", "info"));
}
