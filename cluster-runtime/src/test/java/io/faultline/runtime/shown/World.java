package io.faultline.runtime.shown;

/// Where something is shown to hold.
public enum World {
    /// Virtual time: the simulator runs the nodes.
    SIMULATED("S"),
    /// Real threads and real time in one JVM, `EmbeddedCluster` or a node over a host loop.
    EMBEDDED("E"),
    /// A process per component, with a real store between them.
    DISTRIBUTED("D");

    private final String letter;

    World(String letter) {
        this.letter = letter;
    }

    /// As the register writes it.
    public String letter() {
        return letter;
    }
}
