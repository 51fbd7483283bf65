package io.faultline.backend.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.backend.BackendConfiguration;
import io.faultline.backend.feed.ScriptedWorld;
import io.faultline.backend.settings.ConsoleSettings;
import io.faultline.runtime.config.ClusterConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// What the real application throws when it cannot start, and that it prints nothing of its own accord.
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTest {
    @TempDir
    private Path folder;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(BackendConfiguration.class)
    static class Application {}

    @Test
    void saysInOneLineThatThePortIsTaken(CapturedOutput output) throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(startFails(taken.getLocalPort()))
                    .isEqualTo("port " + taken.getLocalPort()
                            + " is in use; stop what listens there or choose another with --port");
        }
        // In particular no one-time password that nobody could use.
        assertThat(output.getAll()).isBlank();
    }

    @Test
    void saysInOneLineThatTheDatabaseIsBroken(CapturedOutput output) throws IOException {
        Files.writeString(folder.resolve("faultline.mv.db"), "this is no database at all");
        assertThat(startFails(0))
                .startsWith("cannot open the database in " + folder)
                .endsWith("choose another folder with --data-dir");
        assertThat(output.getAll()).isBlank();
    }

    private String startFails(int port) {
        ConsoleSettings settings = ConsoleSettings.defaults().withPort(port).withDataDir(folder);
        SpringApplication application = new SpringApplication(Application.class);
        application.setDefaultProperties(settings.toProperties());
        application.addInitializers(BackendConfiguration.around(new ScriptedWorld(), ClusterConfig.demo()));
        try {
            application.run().close();
            throw new AssertionError("it started");
        } catch (RuntimeException e) {
            return StartupProblems.of(e, settings).orElseThrow(() -> e).line();
        }
    }
}
