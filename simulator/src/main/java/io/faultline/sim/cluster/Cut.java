package io.faultline.sim.cluster;

import java.util.function.Consumer;

/// Nodes that do not reach each other as they should, until that is healed. Confined to the simulation's thread.
public final class Cut {
    private final Consumer<Cut> undo;
    private boolean healed;

    Cut(Consumer<Cut> undo) {
        this.undo = undo;
    }

    /// Lets everything that waited go on its way. A second time does nothing.
    public void heal() {
        if (!healed) {
            healed = true;
            undo.accept(this);
        }
    }
}
