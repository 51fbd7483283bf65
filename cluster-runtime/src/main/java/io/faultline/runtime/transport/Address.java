package io.faultline.runtime.transport;

/// Where a node listens, as published in discovery: `host:port` for sockets, the node's name in one JVM.
public record Address(String value) {
    @Override
    public String toString() {
        return value;
    }
}
