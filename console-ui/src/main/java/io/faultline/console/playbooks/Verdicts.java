package io.faultline.console.playbooks;

import io.faultline.console.shell.LiveTable.State;

/// A verdict as a cell.
final class Verdicts {
    private Verdicts() {}

    /// @param verdict empty while the run goes on
    static State state(String verdict) {
        return switch (verdict) {
            case "passed" -> new State(verdict, "✓", "ok");
            case "failed", "aborted", "broken" -> new State(verdict, "✕", "bad");
            case "" -> new State("running", "▶", "moved");
            default -> new State(verdict, "?", "warn");
        };
    }
}
