package io.faultline.backend.startup;

import io.faultline.backend.settings.ConsoleSettings;
import java.net.BindException;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.web.server.PortInUseException;

/// Turns what Spring, the database and the network throw at start into a [StartupProblem] where the user can do
/// something about it.
public final class StartupProblems {
    /// H2's error code for a database file that another process holds.
    private static final int DATABASE_IN_USE = 90_020;
    /// SQL states of connection errors begin so.
    private static final String CONNECTION_STATE = "90";

    private StartupProblems() {}

    /// Empty when the failure is a bug and its stack trace is wanted.
    public static Optional<StartupProblem> of(Throwable failure, ConsoleSettings settings) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            Optional<String> line = line(t, settings);
            if (line.isPresent()) {
                return line.map(l -> new StartupProblem(l, failure));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> line(Throwable t, ConsoleSettings settings) {
        return switch (t) {
            case StartupProblem problem -> Optional.of(problem.line());
            case PortInUseException inUse ->
                Optional.of("port " + inUse.getPort()
                        + " is in use; stop what listens there or choose another with --port");
            case BindException bind ->
                Optional.of("cannot listen on port " + settings.port() + " (" + bind.getMessage()
                        + "); choose another with --port");
            case SQLException sql -> database(sql, settings);
            case FlywayException flyway
            when !causedBySql(flyway) ->
                Optional.of(
                        "the database in " + settings.dataDir().toAbsolutePath().normalize()
                                + " was written by another version of Faultline; choose another folder with --data-dir");
            default -> Optional.empty();
        };
    }

    private static Optional<String> database(SQLException sql, ConsoleSettings settings) {
        String directory = settings.dataDir().toAbsolutePath().normalize().toString();
        if (sql.getErrorCode() == DATABASE_IN_USE) {
            return Optional.of("the data directory " + directory
                    + " is in use by another Faultline; stop it or choose another with --data-dir");
        }
        String state = sql.getSQLState();
        if (state != null && state.startsWith(CONNECTION_STATE)) {
            return Optional.of("cannot open the database in " + directory + " (error " + sql.getErrorCode()
                    + "); choose another folder with --data-dir");
        }
        return Optional.empty();
    }

    private static boolean causedBySql(Throwable failure) {
        for (Throwable t = failure.getCause(); t != null; t = t.getCause()) {
            if (t instanceof SQLException) {
                return true;
            }
        }
        return false;
    }
}
