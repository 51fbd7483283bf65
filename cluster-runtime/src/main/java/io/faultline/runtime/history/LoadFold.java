package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.LoadEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.LoadSnapshot.Limit;
import io.faultline.runtime.history.LoadSnapshot.LoadSecond;
import io.faultline.runtime.history.LoadSnapshot.Thresholds;
import io.faultline.runtime.history.LoadSnapshot.WorkerLoad;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Load, thresholds, limits and rejections. What a node said is forgotten when it ends. Confined to the loop that
/// feeds it.
final class LoadFold implements Fold {
    /// How many seconds a snapshot has.
    static final int SECONDS_KEPT = 600;

    private static final long SECOND = 1_000_000_000L;

    private final Map<String, Worker> workers = new TreeMap<>();
    private final Map<Long, String> nodeOfInstance = new LinkedHashMap<>();
    private final Map<String, Thresholds> thresholds = new TreeMap<>();
    private final Map<String, Limit> limits = new TreeMap<>();
    private final Map<RejectReason, Integer> rejections = new EnumMap<>(RejectReason.class);
    private final @Nullable Bucket[] seconds = new Bucket[SECONDS_KEPT];
    private long newestSecond = -1;

    @Override
    public void apply(ClusterEvent event) {
        String node = event.node().value();
        switch (event.record()) {
            case DiscoveryEvent.InstanceRegistered r -> {
                workers.put(node, new Worker(r.instance(), r.model(), r.kvBlocks()));
                nodeOfInstance.put(r.instance(), node);
            }
            case NodeEvent.NodeStopped _ -> stopped(node);
            case LoadEvent.LoadReported r -> {
                Worker worker = workers.get(node);
                if (worker != null) {
                    worker.load = r;
                }
            }
            case LoadEvent.InstanceBusy r -> busy(node, r);
            case LoadEvent.BusyThresholdsChanged r ->
                thresholds.put(
                        node + '\0' + r.model(),
                        new Thresholds(node, r.model(), r.decodeBlocks(), r.prefillTokens(), r.prefillShare(), r.by()));
            case LoadEvent.AdmissionLimitChanged r -> {
                limits.put(
                        node + '\0' + r.model(),
                        new Limit(node, r.model(), r.limit(), r.inFlight(), r.ttftRatio(), r.itlRatio()));
                second(event.atNanos()).limit = limitNow();
            }
            case RequestEvent.RequestReceived r ->
                second(event.atNanos()).arrived.merge(r.priority(), 1, Integer::sum);
            case RequestEvent.RequestRejected r -> {
                rejections.merge(r.reason(), 1, Integer::sum);
                Bucket second = second(event.atNanos());
                second.rejections.merge(r.reason(), 1, Integer::sum);
                second.refused.merge(r.priority(), 1, Integer::sum);
            }
            default -> {
                // Says nothing about load.
            }
        }
    }

    private void stopped(String node) {
        Worker worker = workers.remove(node);
        if (worker != null) {
            nodeOfInstance.remove(worker.instance);
        }
        workers.values().forEach(w -> w.busyFor.remove(node));
        thresholds.values().removeIf(t -> t.frontend().equals(node));
        limits.values().removeIf(l -> l.frontend().equals(node));
    }

    private void busy(String frontend, LoadEvent.InstanceBusy r) {
        String node = nodeOfInstance.get(r.instance());
        Worker worker = node == null ? null : workers.get(node);
        if (worker != null && worker.instance == r.instance()) {
            if (r.busy()) {
                worker.busyFor.add(frontend);
            } else {
                worker.busyFor.remove(frontend);
            }
        }
    }

    private int limitNow() {
        return limits.isEmpty()
                ? -1
                : limits.values().stream().mapToInt(Limit::limit).sum();
    }

    private Bucket second(long atNanos) {
        long number = atNanos / SECOND;
        int slot = (int) (number % SECONDS_KEPT);
        Bucket bucket = seconds[slot];
        if (bucket == null || bucket.number != number) {
            bucket = new Bucket(number, limitNow());
            seconds[slot] = bucket;
            newestSecond = number;
        }
        return bucket;
    }

    LoadSnapshot snapshot(long nowNanos) {
        List<WorkerLoad> loads = new ArrayList<>(workers.size());
        workers.forEach((node, worker) -> loads.add(worker.view(node)));
        return new LoadSnapshot(
                List.copyOf(loads),
                thresholds.values().stream().filter(t -> !t.isNone()).toList(),
                List.copyOf(limits.values()),
                copyOf(rejections),
                secondsUpTo(nowNanos / SECOND));
    }

    private List<LoadSecond> secondsUpTo(long now) {
        List<LoadSecond> views = new ArrayList<>();
        long last = Math.max(now, newestSecond);
        int limit = -1;
        for (long n = Math.max(0, last - SECONDS_KEPT + 1); n <= last; n++) {
            Bucket bucket = seconds[(int) (n % SECONDS_KEPT)];
            if (bucket != null && bucket.number == n) {
                limit = bucket.limit;
                views.add(bucket.view());
            } else {
                views.add(new LoadSecond(n, Map.of(), Map.of(), Map.of(), limit));
            }
        }
        return List.copyOf(views);
    }

    /// In the order of the constants.
    private static <K extends Enum<K>> Map<K, Integer> copyOf(Map<K, Integer> counts) {
        return counts.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(counts));
    }

    private static final class Worker {
        final long instance;
        final String model;
        final int kvBlocks;
        final TreeSet<String> busyFor = new TreeSet<>();
        LoadEvent.@Nullable LoadReported load;

        Worker(long instance, String model, int kvBlocks) {
            this.instance = instance;
            this.model = model;
            this.kvBlocks = kvBlocks;
        }

        WorkerLoad view(String node) {
            LoadEvent.LoadReported told = load;
            return told == null
                    ? new WorkerLoad(node, model, 0, kvBlocks, 0, 0, 0, List.copyOf(busyFor))
                    : new WorkerLoad(
                            node,
                            model,
                            told.activeDecodeBlocks(),
                            told.kvBlocks(),
                            told.activePrefillTokens(),
                            told.running(),
                            told.waiting(),
                            List.copyOf(busyFor));
        }
    }

    private static final class Bucket {
        final long number;
        final Map<RejectReason, Integer> rejections = new EnumMap<>(RejectReason.class);
        final Map<PriorityClass, Integer> arrived = new EnumMap<>(PriorityClass.class);
        final Map<PriorityClass, Integer> refused = new EnumMap<>(PriorityClass.class);
        int limit;

        Bucket(long number, int limit) {
            this.number = number;
            this.limit = limit;
        }

        LoadSecond view() {
            return new LoadSecond(number, copyOf(rejections), copyOf(arrived), copyOf(refused), limit);
        }
    }
}
