package io.faultline.runtime.seam;

import io.faultline.runtime.event.NodeEvent.StopKind;

/// How a node ended by its own doing. A host that runs one node in a process ends the process with `code`.
///
/// @param how in order, or because it could not go on; never [StopKind#KILLED]
/// @param code 0 when nothing had to be forced, otherwise 1
/// @param reason one line for people
public record NodeExit(StopKind how, int code, String reason) {
    public NodeExit {
        Invariants.check(how != StopKind.KILLED, "a killed node says nothing");
        Invariants.check(code == 0 || code == 1, "an exit code is 0 or 1, not %s", code);
    }

    /// It was asked to stop, and everything ended as it should.
    public static NodeExit stopped(String reason) {
        return new NodeExit(StopKind.STOPPED, 0, reason);
    }

    /// It was asked to stop, and something had to be cut short.
    public static NodeExit forced(String reason) {
        return new NodeExit(StopKind.STOPPED, 1, reason);
    }

    /// Nobody asked; it could not go on.
    public static NodeExit failed(String reason) {
        return new NodeExit(StopKind.FAILED, 1, reason);
    }
}
