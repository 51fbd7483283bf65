package io.faultline.backend.startup;

/// The console cannot start, for a reason that its user can mend. The message is the one line to print; no stack
/// trace belongs beside it.
public final class StartupProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// The exit code that goes with it, as for every bad argument.
    public static final int EXIT_CODE = 2;

    public StartupProblem(String line) {
        super(line);
    }

    public StartupProblem(String line, Throwable cause) {
        super(line, cause);
    }

    /// What to print.
    public String line() {
        return String.valueOf(getMessage());
    }
}
