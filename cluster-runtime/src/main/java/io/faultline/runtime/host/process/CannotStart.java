package io.faultline.runtime.host.process;

/// A process that could not begin to work, for a reason outside itself. The message is one line: what is wrong and
/// what to do.
public final class CannotStart extends Exception {
    private static final long serialVersionUID = 1;

    CannotStart(String line) {
        super(line);
    }
}
