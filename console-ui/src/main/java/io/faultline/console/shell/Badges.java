package io.faultline.console.shell;

import com.vaadin.flow.component.html.Span;
import io.faultline.runtime.history.RequestView.RequestPhase;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.judgement.Verdict;

/// States as a mark, a word and a colour together.
public final class Badges {
    private Badges() {}

    public static Span health(NodeHealth health) {
        LiveTable.State state = healthState(health);
        return badge(state.word(), state.mark(), state.tone());
    }

    /// The same for a cell of a table.
    public static LiveTable.State healthState(NodeHealth health) {
        return switch (health) {
            case READY -> new LiveTable.State("ready", "●", "ok");
            case STARTING -> new LiveTable.State("starting", "○", "idle");
            case INHIBITED -> new LiveTable.State("ejected", "◆", "moved");
            case DEGRADED -> new LiveTable.State("degraded", "▲", "warn");
            case UNRESPONSIVE -> new LiveTable.State("unresponsive", "▼", "bad");
            case STOPPED -> new LiveTable.State("stopped", "□", "idle");
            case KILLED -> new LiveTable.State("killed", "■", "bad");
            case FAILED -> new LiveTable.State("failed", "✕", "bad");
        };
    }

    public static Span phase(RequestPhase phase) {
        return switch (phase) {
            case QUEUED -> badge("queued", "○", "idle");
            case PREFILLING -> badge("prefilling", "◔", "idle");
            case STREAMING -> badge("streaming", "▶", "ok");
            case MIGRATING -> badge("migrating", "◆", "moved");
            case COMPLETED -> badge("completed", "✓", "ok");
            case FAILED -> badge("failed", "✕", "bad");
            case CANCELLED -> badge("cancelled", "–", "idle");
            case REJECTED -> badge("rejected", "⊘", "warn");
        };
    }

    public static Span verdict(Verdict.Level level) {
        LiveTable.State state = verdictState(level);
        return badge(state.word(), state.mark(), state.tone());
    }

    /// The same for a cell of a table.
    public static LiveTable.State verdictState(Verdict.Level level) {
        return switch (level) {
            case HEALTHY -> new LiveTable.State(level.word(), "●", "ok");
            case DEGRADED -> new LiveTable.State(level.word(), "▲", "warn");
            case DOWN -> new LiveTable.State(level.word(), "■", "bad");
            case UNKNOWN -> new LiveTable.State(level.word(), "?", "idle");
        };
    }

    /// Of a playbook step or run.
    public static Span status(String status) {
        return switch (status) {
            case "passed" -> badge(status, "✓", "ok");
            case "failed" -> badge(status, "✕", "bad");
            case "aborted" -> badge(status, "■", "bad");
            case "inconclusive" -> badge(status, "?", "warn");
            case "running" -> badge(status, "▶", "moved");
            case "" -> badge("running", "▶", "moved");
            default -> badge(status, "–", "idle");
        };
    }

    public static Span outcome(String outcome) {
        return switch (outcome) {
            case "success" -> badge(outcome, "✓", "ok");
            case "failure" -> badge(outcome, "✕", "bad");
            default -> badge(outcome, "◆", "moved");
        };
    }

    public static Span badge(String word, String mark, String tone) {
        Span badge = new Span(word);
        badge.addClassNames("fl-badge", "fl-" + tone);
        badge.getElement().setAttribute("data-mark", mark);
        return badge;
    }
}
