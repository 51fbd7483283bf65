package io.faultline.console.bench;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lays the clients' arrivals beside the nodes' events, all by one clock.
///
/// The gap of a stream is from the blow (or the token before it, if that came later) to its next token at the client.
/// What the model takes of it is the durations of the iterations that the new worker ran between the arrival of the
/// request there and that token: a pause that the modelled GPU is to blame for, whoever serves it. The rest is
/// detection, routing, transport and scheduling.
final class GapAnalysis {
    private final Map<String, List<Moved>> moves = new HashMap<>();
    private final Map<Long, List<Step>> steps = new HashMap<>();
    private final Map<String, CompletionStream> streams = new HashMap<>();

    private record Moved(long brokeNanos, long routedNanos, long from, long to) {}

    private record Step(long endNanos, long modelledNanos) {
        /// A worker sends an iteration's tokens before it records its end, and may be interrupted in between. At the
        /// arrival of a token the next iteration has just begun.
        boolean hadMostlyRunAt(long nanos) {
            return endNanos - modelledNanos / 2 <= nanos;
        }
    }

    private record Broken(long atNanos, long from) {}

    /// A worker's end, as the bench made it.
    /// @param seenNanos when a bare socket was closed; 0 = unknown
    record Round(long instance, long atNanos, long seenNanos) {}

    /// Nanoseconds, each sorted.
    /// @param detection from the blow to a frontend's decision to move a stream
    /// @param socket from the blow to the end of a bare socket
    /// @param gap as the clients saw it
    /// @param beyondModel less what the model took
    /// @param beyondFloor less that, and less the time after which a bare socket to the same worker was closed
    record Figures(
            long[] socket, long[] detection, long[] gap, long[] beyondModel, long[] beyondFloor, int migrations) {}

    GapAnalysis(List<ClusterEvent> events, List<CompletionStream> all) {
        Map<String, Broken> broken = new HashMap<>();
        List<ClusterEvent> inTime = new ArrayList<>(events);
        inTime.sort(Comparator.comparingLong(ClusterEvent::atNanos));
        for (ClusterEvent event : inTime) {
            switch (event.record()) {
                case EventRecord.MigrationStarted m -> broken.put(m.request(), new Broken(event.atNanos(), m.from()));
                case EventRecord.RequestRouted r -> {
                    Broken before = broken.remove(r.request());
                    if (before != null) {
                        moves.computeIfAbsent(r.request(), _ -> new ArrayList<>())
                                .add(new Moved(before.atNanos, event.atNanos(), before.from, r.instance()));
                    }
                }
                case EventRecord.EngineStepped s ->
                    steps.computeIfAbsent(s.instance(), _ -> new ArrayList<>())
                            .add(new Step(event.atNanos(), s.stepNanos()));
                default -> {
                    // Not about streams that move.
                }
            }
        }
        for (CompletionStream stream : all) {
            streams.put(stream.id(), stream);
        }
    }

    Figures of(List<Round> rounds) {
        List<Long> socket = new ArrayList<>();
        List<Long> detection = new ArrayList<>();
        List<Long> gap = new ArrayList<>();
        List<Long> beyond = new ArrayList<>();
        List<Long> beyondFloor = new ArrayList<>();
        int migrations = 0;
        for (Round round : rounds) {
            if (round.seenNanos > 0) {
                socket.add(round.seenNanos - round.atNanos);
            }
            for (Map.Entry<String, List<Moved>> entry : moves.entrySet()) {
                CompletionStream stream = streams.get(entry.getKey());
                for (Moved moved : entry.getValue()) {
                    if (stream == null || moved.from != round.instance || moved.brokeNanos < round.atNanos) {
                        continue;
                    }
                    migrations++;
                    detection.add(moved.brokeNanos - round.atNanos);
                    int before = beyond.size();
                    measure(stream.arrivals(), round.atNanos, moved, gap, beyond);
                    if (round.seenNanos > 0 && beyond.size() > before) {
                        beyondFloor.add(beyond.getLast() - (round.seenNanos - round.atNanos));
                    }
                }
            }
        }
        return new Figures(
                sorted(socket), sorted(detection), sorted(gap), sorted(beyond), sorted(beyondFloor), migrations);
    }

    /// Only streams that the client was reading when the worker ended.
    private void measure(long[] arrivals, long blowNanos, Moved moved, List<Long> gaps, List<Long> beyond) {
        int next = 0;
        while (next < arrivals.length && arrivals[next] <= moved.routedNanos) {
            next++;
        }
        if (next == 0 || next == arrivals.length) {
            return;
        }
        long from = Math.max(arrivals[next - 1], blowNanos);
        long gap = arrivals[next] - from;
        gaps.add(gap);
        long modelled = 0;
        for (Step step : steps.getOrDefault(moved.to, List.of())) {
            if (step.endNanos > moved.routedNanos && step.hadMostlyRunAt(arrivals[next])) {
                long end = Math.min(step.endNanos, arrivals[next]);
                modelled += Math.min(step.modelledNanos, end - moved.routedNanos);
            }
        }
        if (modelled > 0) {
            beyond.add(gap - modelled);
        }
    }

    private static long[] sorted(List<Long> values) {
        long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /// Nearest rank; -1 of nothing.
    static double millis(long[] sorted, double share) {
        if (sorted.length == 0) {
            return -1;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)] / 1e6;
    }
}
