package io.faultline.runtime.host.process;

import io.faultline.runtime.event.EventRecord.NodeRole;

/// What a process can be.
public enum ProcessRole {
    FRONTEND("frontend", NodeRole.FRONTEND),
    DECODE("decode", NodeRole.DECODE);

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

    NodeRole node() {
        return node;
    }
}
