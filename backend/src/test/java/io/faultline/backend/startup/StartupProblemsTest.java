package io.faultline.backend.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.backend.settings.ConsoleSettings;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.PortInUseException;

class StartupProblemsTest {
    @TempDir
    private Path folder;

    private ConsoleSettings settings() {
        return ConsoleSettings.defaults().withDataDir(folder);
    }

    @Test
    void namesThePortThatIsInUse() {
        RuntimeException failure = new IllegalStateException(new PortInUseException(8080, new BindException("in use")));
        assertThat(StartupProblems.of(failure, settings()).orElseThrow().line())
                .isEqualTo("port 8080 is in use; stop what listens there or choose another with --port");
    }

    @Test
    void namesTheDataDirectoryThatAnotherConsoleUses() throws SQLException {
        // H2 refuses a second opener in the same process too, but only through another class loader; its error code
        // is what a second process gets.
        SQLException inUse = new SQLException("Database may be already in use", "90020", 90_020);
        assertThat(StartupProblems.of(new IllegalStateException(inUse), settings())
                        .orElseThrow()
                        .line())
                .isEqualTo("the data directory " + folder
                        + " is in use by another Faultline; stop it or choose another with --data-dir");
    }

    @Test
    void namesTheDataDirectoryWhoseDatabaseIsBroken() throws IOException {
        Files.writeString(folder.resolve("faultline.mv.db"), "this is no database at all");
        SQLException failure = openFails();
        assertThat(StartupProblems.of(new IllegalStateException(failure), settings())
                        .orElseThrow()
                        .line())
                .startsWith("cannot open the database in " + folder)
                .doesNotContain("\n");
    }

    @Test
    void leavesABugToItsStackTrace() {
        assertThat(StartupProblems.of(new IllegalStateException("a bug"), settings()))
                .isEmpty();
    }

    @Test
    void makesTheDataDirectoryWhenItIsMissing() {
        Path inside = folder.resolve("a/b");
        DataDirectory.prepare(inside);
        assertThat(inside).isEmptyDirectory();
    }

    @Test
    void saysInOneLineWhyTheDataDirectoryCannotBeUsed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.prepare(file))
                .isInstanceOfSatisfying(
                        StartupProblem.class,
                        p -> assertThat(p.line())
                                .isEqualTo("cannot write to the data directory " + file
                                        + " (it is a file); choose another with --data-dir"));
        assertThatThrownBy(() -> DataDirectory.prepare(file.resolve("below")))
                .isInstanceOfSatisfying(
                        StartupProblem.class,
                        p -> assertThat(p.line())
                                .startsWith("cannot write to the data directory")
                                .doesNotContain("\n"));
    }

    @Test
    void refusesAPortThatIsNone() {
        assertThatThrownBy(() -> ConsoleSettings.defaults().withPort(70_000))
                .hasMessage("a port is a number from 0 to 65535");
    }

    private SQLException openFails() {
        try (var _ = DriverManager.getConnection(
                (String) settings().toProperties().get("spring.datasource.url"), "faultline", "")) {
            throw new AssertionError("a broken database was opened");
        } catch (SQLException e) {
            return e;
        }
    }
}
