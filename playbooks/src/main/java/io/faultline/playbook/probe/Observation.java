package io.faultline.playbook.probe;

import io.faultline.playbook.probe.Marks.Counters;
import io.faultline.playbook.probe.Marks.Mark;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.FaultView;
import io.faultline.runtime.history.MigrationView;
import io.faultline.runtime.history.PrefillSnapshot.PrefillWorkerView;
import io.faultline.runtime.history.PrefillView;
import io.faultline.runtime.history.PrefillView.Outcome;
import io.faultline.runtime.history.RequestView;
import io.faultline.runtime.history.RequestView.RequestPhase;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.history.ScalingSnapshot.MachineView;
import io.faultline.runtime.history.ScalingSnapshot.Verdict;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.seam.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The cluster at one moment of a run, read figure by figure. Each fold is asked at most once. Confined to one turn
/// of the loop that feeds the history.
public final class Observation {
    /// How many requests and migrations are looked at; more than the history keeps by default.
    private static final int VIEWS_MAX = 20_000;

    private final ClusterHistory history;
    private final long nowNanos;
    private final Marks marks;
    private final String by;
    private final LongSupplier steadySinceNanos;
    private @Nullable ServiceSnapshot service;
    private @Nullable List<NodeView> nodes;
    private @Nullable List<RequestView> requests;
    private @Nullable List<MigrationView> migrations;
    private @Nullable ScalingSnapshot scaling;

    /// @param by name under which the run injects its faults
    /// @param steadySinceNanos says since when the run's hypothesis has held; -1 while it does not
    public Observation(ClusterHistory history, long nowNanos, Marks marks, String by, LongSupplier steadySinceNanos) {
        this.history = history;
        this.nowNanos = nowNanos;
        this.marks = marks;
        this.by = by;
        this.steadySinceNanos = steadySinceNanos;
    }

    public long nowNanos() {
        return nowNanos;
    }

    public ServiceSnapshot service() {
        if (service == null) {
            service = history.service(nowNanos);
        }
        return service;
    }

    public List<NodeView> nodes() {
        if (nodes == null) {
            nodes = history.topology(nowNanos).nodes();
        }
        return nodes;
    }

    /// The migrations that started between two marks, newest first.
    public List<MigrationView> migrations(Probe probe) {
        if (migrations == null) {
            migrations = history.migrations(VIEWS_MAX);
        }
        return migrations.stream()
                .filter(m -> isBetween(m.startedAtNanos(), probe))
                .toList();
    }

    /// The figure in its unit (durations in nanoseconds), or nothing when there is no data for it.
    public OptionalDouble read(Probe probe) {
        return switch (probe.kind()) {
            // A cluster that was asked for nothing lately let no one down: that is a steady state to begin from.
            case SUCCESS_RATIO ->
                OptionalDouble.of(service().successRatio() < 0 ? 1 : service().successRatio());
            case TTFT_P50 -> nanos(service().ttftP50Nanos());
            case TTFT_P99 -> nanos(service().ttftP99Nanos());
            case ITL_P50 -> nanos(service().itlP50Nanos());
            case ITL_P99 -> nanos(service().itlP99Nanos());
            case DURATION_P50 -> nanos(service().durationP50Nanos());
            case DURATION_P99 -> nanos(service().durationP99Nanos());
            case REQUESTS_PER_SECOND -> OptionalDouble.of(service().requestsPerSecond());
            case TOKENS_PER_SECOND -> OptionalDouble.of(service().tokensPerSecond());
            case IN_FLIGHT -> OptionalDouble.of(service().inFlight());
            case REQUESTS_STREAMING -> requests(r -> r.phase() == RequestPhase.STREAMING);
            case REQUESTS_MIGRATING -> requests(r -> r.phase() == RequestPhase.MIGRATING);
            case ACTIVE_FAULTS -> faults(_ -> true);
            case RESIDUAL_FAULTS -> faults(f -> f.by().equals(by));
            case MACHINES_CORDONED ->
                whole(scaling().machines().stream()
                        .filter(MachineView::isCordoned)
                        .count());
            case INSTANCES_READY -> nodes(probe.role(), n -> n.health() == NodeHealth.READY);
            case INSTANCES_BY_HEALTH -> nodes(probe.role(), n -> n.health() == probe.health());
            case KV_USE -> kvUse(probe.role());
            case KV_USE_MEAN -> kvUseMean(probe.role());
            case WORKERS_DESIRED -> workersDesired(probe.role());
            case QUEUE_DEPTH -> queueDepth(probe.role());
            case REQUESTS_RECEIVED -> counted(probe, Counters::received);
            case REQUESTS_COMPLETED -> counted(probe, Counters::completed);
            case REQUESTS_FAILED -> counted(probe, Counters::failed);
            case REQUESTS_REJECTED -> counted(probe, Counters::rejected);
            case REQUESTS_CANCELLED -> counted(probe, Counters::cancelled);
            case REQUESTS_UNFINISHED -> unfinished(probe);
            case OUTPUT_TOKENS -> counted(probe, Counters::outputTokens);
            case MIGRATIONS_STARTED -> counted(probe, Counters::migrationsStarted);
            case MIGRATIONS_COMPLETED -> counted(probe, Counters::migrationsCompleted);
            case MIGRATIONS_FAILED -> counted(probe, Counters::migrationsFailed);
            case MIGRATION_GAP_P50 -> gap(probe, 0.5);
            case MIGRATION_GAP_P99 -> gap(probe, 0.99);
            case MIGRATION_GAP_MAX -> gap(probe, 1);
            case ANSWERS_CHECKED -> counted(probe, Counters::answersChecked);
            case ANSWERS_DIFFERING -> counted(probe, Counters::answersDiffering);
            case RESTARTS -> since(probe, scaling().restarts().stream().map(ScalingSnapshot.Restart::atNanos));
            case ROLL_BACKS ->
                since(
                        probe,
                        scaling().decisions().stream()
                                .filter(d -> d.kind() == DecisionKind.ROLL_BACK)
                                .map(Verdict::atNanos));
            case ROLL_BACK_INTERVALS -> rollBack(probe, v -> v.size() - 1);
            case TIME_TO_ROLL_BACK ->
                rollBack(probe, v -> v.getLast().atNanos() - v.getFirst().atNanos());
            case SPOOL_BYTES ->
                whole(history.prefill(nowNanos).workers().stream()
                        .mapToLong(PrefillWorkerView::spooledBytes)
                        .sum());
            case PREFILLS_QUEUED -> prefills(probe, p -> isBetween(p.queuedAtNanos(), probe));
            case PREFILLS_SPOOLED -> prefills(probe, p -> isBetween(p.spooledAtNanos(), probe));
            case PREFILLS_HANDED_OVER ->
                prefills(probe, p -> p.outcome() == Outcome.HANDED_OVER && isBetween(p.endedAtNanos(), probe));
            case PREFILLS_HANDED_OVER_FROM_SPOOL ->
                prefills(
                        probe,
                        p -> p.outcome() == Outcome.HANDED_OVER
                                && p.spooledAtNanos() >= 0
                                && isBetween(p.endedAtNanos(), probe));
            case PREFILLS_FELL_BACK ->
                prefills(probe, p -> p.outcome() == Outcome.FELL_BACK && isBetween(p.endedAtNanos(), probe));
            case PREFILLS_UNFINISHED ->
                prefills(probe, p -> p.outcome() == Outcome.UNDER_WAY && isBetween(p.queuedAtNanos(), probe));
            case TIME_TO_CONTINUE -> timeToContinue(probe);
            case TIME_TO_READY -> timeToReady(probe);
            case TIME_TO_RECOVER -> timeToRecover(probe);
        };
    }

    /// Counts and times stay far below the 2^53 up to which a double is exact.
    private static OptionalDouble whole(long figure) {
        return OptionalDouble.of((double) figure);
    }

    private static OptionalDouble nanos(long figure) {
        return figure < 0 ? OptionalDouble.empty() : whole(figure);
    }

    private List<RequestView> allRequests() {
        if (requests == null) {
            requests = history.requests(VIEWS_MAX);
        }
        return requests;
    }

    private OptionalDouble requests(Predicate<RequestView> which) {
        return whole(allRequests().stream().filter(which).count());
    }

    private OptionalDouble faults(Predicate<FaultView> which) {
        return whole(history.faults().stream()
                .filter(f -> f.recoveredAtNanos() < 0 && which.test(f))
                .count());
    }

    private OptionalDouble nodes(NodeRole role, Predicate<NodeView> which) {
        return whole(
                nodes().stream().filter(n -> n.role() == role && which.test(n)).count());
    }

    private OptionalDouble kvUse(NodeRole role) {
        ToDoubleFunction<NodeView> share = n -> (double) n.usedBlocks() / n.kvBlocks();
        return nodes().stream()
                .filter(n -> n.role() == role && n.health() == NodeHealth.READY && n.kvBlocks() > 0)
                .mapToDouble(share)
                .max();
    }

    private ScalingSnapshot scaling() {
        if (scaling == null) {
            scaling = history.scaling();
        }
        return scaling;
    }

    private OptionalDouble since(Probe probe, Stream<Long> moments) {
        return marks.mark(probe.since()).isEmpty()
                ? OptionalDouble.empty()
                : whole(moments.filter(at -> isBetween(at, probe)).count());
    }

    private OptionalDouble kvUseMean(NodeRole role) {
        long used = 0;
        long blocks = 0;
        for (NodeView node : nodes()) {
            if (node.role() == role && node.health() == NodeHealth.READY) {
                used += node.usedBlocks();
                blocks += node.kvBlocks();
            }
        }
        return blocks == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) used / blocks);
    }

    private OptionalDouble workersDesired(NodeRole role) {
        return scaling().verdicts().reversed().stream()
                .filter(v -> v.pool() == role)
                .mapToDouble(Verdict::to)
                .findFirst();
    }

    /// Over the verdicts from the forced decision to its roll-back; the intervals are those after the decision.
    private OptionalDouble rollBack(Probe probe, ToLongFunction<List<Verdict>> figure) {
        Mark from = marks.mark(probe.since()).orElse(null);
        if (from == null) {
            return OptionalDouble.empty();
        }
        List<Verdict> between = new ArrayList<>();
        for (Verdict verdict : scaling().verdicts()) {
            boolean forced = verdict.kind() == DecisionKind.FORCED;
            if (verdict.atNanos() < from.atNanos() || between.isEmpty() && !forced) {
                continue;
            }
            if (between.isEmpty() || verdict.pool() == between.getFirst().pool()) {
                between.add(verdict);
            }
            if (verdict.kind() == DecisionKind.ROLL_BACK) {
                return whole(figure.applyAsLong(between));
            }
        }
        return OptionalDouble.empty();
    }

    private OptionalDouble queueDepth(NodeRole role) {
        return OptionalDouble.of(nodes().stream()
                .filter(n -> n.role() == role)
                .mapToInt(NodeView::waiting)
                .sum());
    }

    private OptionalDouble counted(Probe probe, ToLongFunction<Counters> counter) {
        Mark from = marks.mark(probe.since()).orElse(null);
        Counters to = probe.until() == null
                ? Counters.of(service())
                : marks.mark(probe.until()).map(Mark::counters).orElse(null);
        return from == null || to == null
                ? OptionalDouble.empty()
                : whole(counter.applyAsLong(to) - counter.applyAsLong(from.counters()));
    }

    private OptionalDouble unfinished(Probe probe) {
        return marks.mark(probe.since()).isEmpty()
                ? OptionalDouble.empty()
                : requests(r -> !r.phase().isTerminal() && isBetween(r.receivedAtNanos(), probe));
    }

    private OptionalDouble prefills(Probe probe, Predicate<PrefillView> which) {
        return marks.mark(probe.since()).isEmpty()
                ? OptionalDouble.empty()
                : whole(history.prefills(VIEWS_MAX).stream().filter(which).count());
    }

    private OptionalDouble gap(Probe probe, double rank) {
        long[] gaps = migrations(probe).stream()
                .mapToLong(MigrationView::gapNanos)
                .filter(gap -> gap >= 0)
                .sorted()
                .toArray();
        return gaps.length == 0
                ? OptionalDouble.empty()
                : whole(gaps[Math.max(0, (int) Math.ceil(rank * gaps.length) - 1)]);
    }

    private OptionalDouble timeToContinue(Probe probe) {
        List<MigrationView> broken = migrations(probe);
        Mark from = marks.mark(probe.since()).orElse(null);
        if (from == null || broken.isEmpty() || allRequests().stream().anyMatch(this::isMigrating)) {
            return OptionalDouble.empty();
        }
        OptionalLong last = broken.stream()
                .filter(m -> m.gapNanos() >= 0)
                .mapToLong(m -> m.startedAtNanos() + m.gapNanos())
                .max();
        return last.isPresent() ? whole(last.getAsLong() - from.atNanos()) : OptionalDouble.empty();
    }

    private boolean isMigrating(RequestView request) {
        return request.phase() == RequestPhase.MIGRATING;
    }

    private OptionalDouble timeToReady(Probe probe) {
        Mark from = marks.mark(probe.since()).orElse(null);
        if (from == null || from.targets().isEmpty()) {
            return OptionalDouble.empty();
        }
        long last = from.atNanos();
        for (NodeView node : nodes()) {
            if (from.targets().contains(new NodeId(node.name()))) {
                // Ready since before the step: the fold has not heard of the fault yet.
                if (node.health() != NodeHealth.READY || node.sinceNanos() < from.atNanos()) {
                    return OptionalDouble.empty();
                }
                last = Math.max(last, node.sinceNanos());
            }
        }
        return whole(last - from.atNanos());
    }

    private OptionalDouble timeToRecover(Probe probe) {
        Mark from = marks.mark(probe.since()).orElse(null);
        long since = steadySinceNanos.getAsLong();
        return from == null || since < 0 ? OptionalDouble.empty() : whole(Math.max(0, since - from.atNanos()));
    }

    /// Between the probe's marks; false when one of them has not been reached.
    private boolean isBetween(long atNanos, Probe probe) {
        Mark from = marks.mark(probe.since()).orElse(null);
        if (from == null || atNanos < from.atNanos()) {
            return false;
        }
        return probe.until() == null
                || marks.mark(probe.until())
                        .filter(until -> atNanos < until.atNanos())
                        .isPresent();
    }
}
