package io.faultline.runtime.host.process;

/// A flag or a variable with a value that it cannot have. The message is one line: what is wrong and what is allowed.
public final class MistakenSetting extends Exception {
    private static final long serialVersionUID = 1;

    MistakenSetting(String line) {
        super(line);
    }
}
