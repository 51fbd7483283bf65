package io.faultline.backend.api;

import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.runtime.history.TopologySnapshot.FlowView;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Who is in the cluster, how each one is, and what flows between them.
///
/// @param mode live or simulated
/// @param silentSince since when the cluster has not answered the console; null while it does
record TopologyAnswer(
        Instant at, String mode, @Nullable Instant silentSince, Verdict verdict, List<Node> nodes, List<Flow> flows) {

    /// @param level healthy, degraded, down or unknown
    record Verdict(String level, String sentence) {}

    /// @param instance id of its registration in hexadecimal, null without one
    /// @param lastStepMillis duration of the engine's last iteration
    record Node(
            String name,
            String role,
            String health,
            Instant since,
            String evidence,
            @Nullable String instance,
            @Nullable String model,
            int running,
            int waiting,
            KvBlocks kvBlocks,
            double tokensPerSecond,
            @Nullable Double lastStepMillis,
            int openRequests,
            int starts) {}

    record KvBlocks(int used, int cached, int total) {}

    record Flow(String from, String to, int openRequests, double tokensPerSecond, int migratedAway) {}

    static TopologyAnswer of(ConsoleFrame frame) {
        Moments moments = new Moments(frame);
        return new TopologyAnswer(
                moments.at(frame.nowNanos()),
                word(frame.mode()),
                frame.silentSince(),
                new Verdict(word(frame.verdict().level()), frame.verdict().sentence()),
                frame.topology().nodes().stream().map(n -> node(n, moments)).toList(),
                frame.topology().flows().stream().map(TopologyAnswer::flow).toList());
    }

    static Node node(NodeView n, Moments moments) {
        return new Node(
                n.name(),
                word(n.role()),
                word(n.health()),
                moments.at(n.sinceNanos()),
                n.evidence(),
                n.instance() == 0 ? null : Long.toHexString(n.instance()),
                n.model().isEmpty() ? null : n.model(),
                n.running(),
                n.waiting(),
                new KvBlocks(n.usedBlocks(), n.cachedBlocks(), n.kvBlocks()),
                n.tokensPerSecond(),
                n.stepNanos() == 0 ? null : Moments.millis(n.stepNanos()),
                n.openRequests(),
                n.starts());
    }

    private static Flow flow(FlowView f) {
        return new Flow(f.from(), f.to(), f.open(), f.tokensPerSecond(), f.migratedAway());
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
