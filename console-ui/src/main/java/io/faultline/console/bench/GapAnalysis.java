package io.faultline.console.bench;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.RequestEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/// Lays the clients' arrivals beside the nodes' events, all by one clock.
///
/// The gap of a stream is from the blow (or the token before it, if that came later) to its next token at the client.
/// What the model takes of it is the durations of the iterations that the new worker ran between the arrival of the
/// request there and that token: a pause that the modelled GPU is to blame for, whoever serves it. The rest is
/// detection, routing, transport and scheduling.
final class GapAnalysis {
    private final Map<String, List<Moved>> moves = new HashMap<>();
    private final Map<Attempt, Long> opened = new HashMap<>();
    private final Map<Long, List<Step>> steps = new HashMap<>();
    private final Map<String, CompletionStream> streams = new HashMap<>();

    private record Attempt(String request, int number) {}

    private record Moved(Attempt next, long brokeNanos, long routedNanos, long from, long to) {}

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

    /// One stream's gap in one round, cut where it changed hands.
    /// @param round from 1
    /// @param floorNanos from the blow to the end of a bare socket; 0 = unknown
    /// @param noticedNanos until a frontend began to move it
    /// @param reachedNanos from there until the new worker had it
    /// @param servedNanos from there until the client had its next token
    /// @param modelNanos what the model took of that
    record Pause(int round, long floorNanos, long noticedNanos, long reachedNanos, long servedNanos, long modelNanos) {
        long gapNanos() {
            return noticedNanos + reachedNanos + servedNanos;
        }

        long beyondModelNanos() {
            return gapNanos() - modelNanos;
        }
    }

    /// Nanoseconds, each sorted.
    /// @param detection from the blow to a frontend's decision to move a stream
    /// @param socket from the blow to the end of a bare socket
    /// @param pauses of the streams that a client was reading, the longest beyond the model first
    record Figures(long[] socket, long[] detection, List<Pause> pauses) {
        int migrations() {
            return detection.length;
        }

        long[] of(ToLongFunction<Pause> what) {
            return pauses.stream().mapToLong(what).sorted().toArray();
        }

        /// Less what the model took, and less the time after which a bare socket to the same worker was closed.
        long[] beyondFloor() {
            return pauses.stream()
                    .filter(p -> p.floorNanos > 0)
                    .mapToLong(p -> p.beyondModelNanos() - p.floorNanos)
                    .sorted()
                    .toArray();
        }
    }

    GapAnalysis(List<ClusterEvent> events, List<CompletionStream> all) {
        Map<String, Broken> broken = new HashMap<>();
        List<ClusterEvent> inTime = new ArrayList<>(events);
        inTime.sort(Comparator.comparingLong(ClusterEvent::atNanos));
        for (ClusterEvent event : inTime) {
            switch (event.record()) {
                case MigrationEvent.MigrationStarted m ->
                    broken.put(m.request(), new Broken(event.atNanos(), m.from()));
                case RequestEvent.RequestRouted r -> {
                    Broken before = broken.remove(r.request());
                    if (before != null) {
                        moves.computeIfAbsent(r.request(), _ -> new ArrayList<>())
                                .add(new Moved(
                                        new Attempt(r.request(), r.attempt()),
                                        before.atNanos,
                                        event.atNanos(),
                                        before.from,
                                        r.instance()));
                    }
                }
                case EngineEvent.SequenceOpened s -> opened.put(new Attempt(s.request(), s.attempt()), event.atNanos());
                case EngineEvent.EngineStepped s ->
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
        List<Pause> pauses = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++) {
            Round round = rounds.get(i);
            if (round.seenNanos > 0) {
                socket.add(round.seenNanos - round.atNanos);
            }
            for (Map.Entry<String, List<Moved>> entry : moves.entrySet()) {
                CompletionStream stream = streams.get(entry.getKey());
                for (Moved moved : entry.getValue()) {
                    if (stream != null && moved.from == round.instance && moved.brokeNanos >= round.atNanos) {
                        detection.add(moved.brokeNanos - round.atNanos);
                        measure(stream.arrivals(), i + 1, round, moved, pauses);
                    }
                }
            }
        }
        pauses.sort(Comparator.comparingLong(Pause::beyondModelNanos).reversed());
        return new Figures(sorted(socket), sorted(detection), pauses);
    }

    /// Only streams that the client was reading when the worker ended.
    private void measure(long[] arrivals, int number, Round round, Moved moved, List<Pause> pauses) {
        int next = 0;
        while (next < arrivals.length && arrivals[next] <= moved.routedNanos) {
            next++;
        }
        if (next == 0 || next == arrivals.length) {
            return;
        }
        long modelled = 0;
        for (Step step : steps.getOrDefault(moved.to, List.of())) {
            if (step.endNanos > moved.routedNanos && step.hadMostlyRunAt(arrivals[next])) {
                long end = Math.min(step.endNanos, arrivals[next]);
                modelled += Math.min(step.modelledNanos, end - moved.routedNanos);
            }
        }
        if (modelled > 0) {
            long from = Math.max(arrivals[next - 1], round.atNanos);
            long reached = opened.getOrDefault(moved.next, moved.routedNanos);
            pauses.add(new Pause(
                    number,
                    round.seenNanos > 0 ? round.seenNanos - round.atNanos : 0,
                    moved.brokeNanos - from,
                    reached - moved.brokeNanos,
                    arrivals[next] - reached,
                    modelled));
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
