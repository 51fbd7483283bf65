package io.faultline.backend.feed;

import io.faultline.runtime.history.FaultView;
import io.faultline.runtime.history.HealthSnapshot;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.history.MigrationView;
import io.faultline.runtime.history.PlaybookRunView;
import io.faultline.runtime.history.PrefillSnapshot;
import io.faultline.runtime.history.RequestView;
import io.faultline.runtime.history.RoutingSnapshot;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot;
import io.faultline.runtime.judgement.Verdict;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The cluster at one moment, as the console shows it. Immutable; all parts have seen the same events.
///
/// @param number counts the frames of this JVM, from 0, the empty frame before the first word of the cluster
/// @param nowNanos the cluster's time when the frame was taken; all `...Nanos` in it count from the same origin
/// @param clusterStart what the clock on the wall showed at the cluster's time 0
/// @param silentSince since when the cluster's operator loop has not answered; null while it does
/// @param requests the newest, newest first
/// @param migrations the newest, newest first
@RecordBuilder
public record ConsoleFrame(
        long number,
        long nowNanos,
        Instant clusterStart,
        ConsoleMode mode,
        @Nullable Instant silentSince,
        TopologySnapshot topology,
        HealthSnapshot health,
        ServiceSnapshot service,
        LoadSnapshot load,
        ScalingSnapshot scaling,
        RoutingSnapshot routing,
        PrefillSnapshot prefill,
        List<RequestView> requests,
        List<MigrationView> migrations,
        List<FaultView> faults,
        List<PlaybookRunView> playbookRuns,
        Verdict verdict)
        implements ConsoleFrameBuilder.With {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// When something at the cluster's time `nanos` happened, by the clock on the wall.
    public Instant at(long nanos) {
        return clusterStart.plusNanos(nanos);
    }

    /// How long ago, at least 0.
    public Duration age(long nanos) {
        return Duration.ofNanos(Math.max(0, nowNanos - nanos));
    }

    public boolean isSilent() {
        return silentSince != null;
    }

    public Optional<TopologySnapshot.NodeView> node(String name) {
        return topology.nodes().stream().filter(n -> n.name().equals(name)).findFirst();
    }

    public List<FaultView> activeFaults() {
        return faults.stream().filter(f -> f.recoveredAtNanos() < 0).toList();
    }

    /// The same picture, marked as the last one before the cluster fell silent.
    ConsoleFrame silent(long newNumber, Instant since) {
        return with(b -> b.number(newNumber)
                .silentSince(since)
                .verdict(Verdict.unknown("no data since " + CLOCK.format(since) + "; showing the last state")));
    }
}
