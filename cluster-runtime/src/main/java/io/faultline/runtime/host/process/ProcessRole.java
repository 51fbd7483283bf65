package io.faultline.runtime.host.process;

import io.faultline.runtime.event.NodeRole;
import java.util.Arrays;
import java.util.Optional;

/// What a process can be.
public enum ProcessRole {
    FRONTEND("frontend", NodeRole.FRONTEND),
    DECODE("decode", NodeRole.DECODE),
    ROUTER("router", NodeRole.ROUTER);

    private final String command;
    private final NodeRole node;

    ProcessRole(String command, NodeRole node) {
        this.command = command;
        this.node = node;
    }

    /// The word on the command line.
    public String command() {
        return command;
    }

    /// The one that runs nodes of that role, if there is one.
    static Optional<ProcessRole> of(NodeRole node) {
        return Arrays.stream(values()).filter(r -> r.node == node).findFirst();
    }

    NodeRole node() {
        return node;
    }
}
