package io.faultline.backend.feed;

/// What kind of cluster is on the screen, so that nobody takes one for the other.
public enum ConsoleMode {
    /// A running cluster: what is done here is done to it.
    LIVE,
    /// A cluster in virtual time: nothing here touches anything real.
    SIMULATED;

    /// @param worldKind as [io.faultline.runtime.world.World#kind] says
    static ConsoleMode of(String worldKind) {
        return worldKind.equals("simulated") ? SIMULATED : LIVE;
    }
}
