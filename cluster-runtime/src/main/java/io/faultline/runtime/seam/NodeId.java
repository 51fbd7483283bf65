package io.faultline.runtime.seam;

import java.util.Objects;

/// Name of one node, unique in its cluster for as long as the cluster runs: `frontend-0`, `decode-2`, `store`.
/// A node that is restarted keeps its name; what changes is the instance id it registers.
public record NodeId(String value) implements Comparable<NodeId> {
    public NodeId {
        Objects.requireNonNull(value);
        if (value.isBlank() || value.length() > 128) {
            throw new IllegalArgumentException("a node id has 1 to 128 characters, not " + value.length());
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
