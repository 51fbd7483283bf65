package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.event.QueueEvent;
import io.faultline.runtime.history.PrefillSnapshot.PrefillSecond;
import io.faultline.runtime.history.PrefillSnapshot.PrefillWorkerView;
import io.faultline.runtime.history.PrefillSnapshot.Totals;
import io.faultline.runtime.history.PrefillView.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every prompt that was to be prefilled elsewhere, the newest `prefillsMax` of them, and the queue they went
/// through. Confined to the loop that feeds it.
final class PrefillFold implements Fold {
    /// How many seconds a snapshot has.
    static final int SECONDS_KEPT = 180;

    private static final long SECOND = 1_000_000_000L;
    private static final int NEWEST = 200;

    private final int prefillsMax;
    private final LinkedHashMap<String, Prefill> prefills = new LinkedHashMap<>();
    private final TreeMap<String, Worker> workers = new TreeMap<>();
    private final TreeMap<String, Integer> fallbacks = new TreeMap<>();
    private final @Nullable Bucket[] seconds = new Bucket[SECONDS_KEPT];
    private int waiting;
    private int inDelivery;
    private long oldestNanos;
    private int queued;
    private int handedOver;
    private int fellBack;
    private int withdrawn;
    private int redelivered;
    private int declined;
    private long bytes;

    PrefillFold(int prefillsMax) {
        this.prefillsMax = prefillsMax;
    }

    @Override
    public void apply(ClusterEvent event) {
        String node = event.node().value();
        long at = event.atNanos();
        switch (event.record()) {
            case NodeEvent.NodeStarted(NodeRole role) -> {
                if (role == NodeRole.PREFILL) {
                    workers.computeIfAbsent(node, _ -> new Worker()).isUp = true;
                }
            }
            case NodeEvent.NodeStopped _ -> stopped(node, at);
            case QueueEvent.QueueObserved r -> observed(r, at);
            case PrefillEvent.PrefillQueued r -> queued(node, r, at);
            case PrefillEvent.PrefillStarted r -> started(node, r, at);
            case PrefillEvent.PrefillComputed r -> computed(node, r, at);
            case PrefillEvent.PrefillDropped r -> over(node, r.request(), r.attempt());
            case PrefillEvent.KvSpooled r -> {
                spooled(node, r.spooledBytes(), at);
                Prefill prefill = prefills.get(key(r.request(), r.attempt()));
                if (prefill != null) {
                    prefill.spooledAt = at;
                }
            }
            case PrefillEvent.KvUnspooled r -> spooled(node, r.spooledBytes(), at);
            case PrefillEvent.KvHandedOver r -> handedOver(r, at);
            case PrefillEvent.KvDeclined _ -> declined++;
            case PrefillEvent.PrefillFellBack r -> {
                fellBack++;
                second(at).fellBack++;
                fallbacks.merge(r.why().label(), 1, Integer::sum);
                end(r.request(), r.attempt(), Outcome.FELL_BACK, r.why().label(), at);
            }
            case PrefillEvent.PrefillWithdrawn r -> {
                withdrawn++;
                end(r.request(), r.attempt(), Outcome.WITHDRAWN, "", at);
            }
            default -> {
                // Not about prefill.
            }
        }
    }

    private void stopped(String node, long at) {
        Worker worker = workers.get(node);
        if (worker != null) {
            worker.isUp = false;
            worker.jobs.clear();
            spooled(node, 0, at);
        }
        for (Prefill prefill : prefills.values()) {
            if (prefill.outcome == Outcome.UNDER_WAY && prefill.to.equals(node)) {
                prefill.end(Outcome.LOST, "", at);
            }
        }
    }

    private void observed(QueueEvent.QueueObserved r, long at) {
        waiting = r.waiting();
        inDelivery = r.inDelivery();
        oldestNanos = r.oldestNanos();
        Bucket second = second(at);
        second.waiting = Math.max(second.waiting, waiting);
        second.oldestNanos = Math.max(second.oldestNanos, oldestNanos);
    }

    private void queued(String node, PrefillEvent.PrefillQueued r, long at) {
        queued++;
        prefills.put(key(r.request(), r.attempt()), new Prefill(node, r, at));
        if (prefills.size() > prefillsMax) {
            prefills.pollFirstEntry();
        }
    }

    private void started(String node, PrefillEvent.PrefillStarted r, long at) {
        redelivered += r.delivery() > 1 ? 1 : 0;
        workers.computeIfAbsent(node, _ -> new Worker()).jobs.put(key(r.request(), r.attempt()), r.delivery());
        Prefill prefill = prefills.get(key(r.request(), r.attempt()));
        if (prefill != null && prefill.outcome == Outcome.UNDER_WAY) {
            prefill.from = node;
            prefill.startedAt = at;
            prefill.computedAt = -1;
            prefill.deliveries = r.delivery();
        }
    }

    private void computed(String node, PrefillEvent.PrefillComputed r, long at) {
        Worker worker = workers.computeIfAbsent(node, _ -> new Worker());
        worker.computedTokens += r.tokens() - r.cachedTokens();
        Prefill prefill = prefills.get(key(r.request(), r.attempt()));
        if (prefill != null && prefill.from.equals(node) && prefill.outcome == Outcome.UNDER_WAY) {
            prefill.computedAt = at;
        }
    }

    private void handedOver(PrefillEvent.KvHandedOver r, long at) {
        handedOver++;
        bytes += r.bytes();
        second(at).handedOver++;
        Prefill prefill = prefills.get(key(r.request(), r.attempt()));
        if (prefill != null) {
            prefill.blocks = r.blocks();
            prefill.bytes = r.bytes();
            prefill.transferNanos = r.transferNanos();
            Worker worker = workers.get(prefill.from);
            if (worker != null) {
                worker.handedOver++;
            }
            over(prefill.from, r.request(), r.attempt());
        }
        end(r.request(), r.attempt(), Outcome.HANDED_OVER, "", at);
    }

    private void over(String node, String request, int attempt) {
        Worker worker = workers.get(node);
        if (worker != null) {
            worker.jobs.remove(key(request, attempt));
        }
    }

    private void end(String request, int attempt, Outcome how, String why, long at) {
        Prefill prefill = prefills.get(key(request, attempt));
        if (prefill != null) {
            prefill.end(how, why, at);
        }
    }

    private void spooled(String node, long now, long at) {
        workers.computeIfAbsent(node, _ -> new Worker()).spooledBytes = now;
        second(at).spooledBytes = spooledNow();
    }

    private long spooledNow() {
        return workers.values().stream().mapToLong(w -> w.spooledBytes).sum();
    }

    private Bucket second(long atNanos) {
        long number = atNanos / SECOND;
        int slot = (int) (number % SECONDS_KEPT);
        Bucket bucket = seconds[slot];
        if (bucket == null || bucket.number != number) {
            bucket = new Bucket(number, spooledNow());
            seconds[slot] = bucket;
        }
        return bucket;
    }

    PrefillSnapshot snapshot(long nowNanos) {
        List<PrefillWorkerView> views = new ArrayList<>();
        workers.forEach((node, w) -> views.add(
                new PrefillWorkerView(node, w.isUp, w.jobs.size(), w.computedTokens, w.handedOver, w.spooledBytes)));
        return new PrefillSnapshot(
                List.copyOf(views),
                waiting,
                inDelivery,
                oldestNanos,
                new Totals(
                        queued,
                        handedOver,
                        fellBack,
                        withdrawn,
                        redelivered,
                        declined,
                        bytes,
                        Collections.unmodifiableMap(new TreeMap<>(fallbacks))),
                queued == 0 ? List.of() : secondsUpTo(nowNanos / SECOND),
                newest(NEWEST));
    }

    /// What happened to a request's prompts, one entry an attempt that was to be prefilled elsewhere.
    List<PrefillView> of(String request, int attempts) {
        List<PrefillView> views = new ArrayList<>(0);
        for (int attempt = 0; attempt < attempts; attempt++) {
            Prefill prefill = prefills.get(key(request, attempt));
            if (prefill != null) {
                views.add(prefill.view());
            }
        }
        return List.copyOf(views);
    }

    List<PrefillView> newest(int limit) {
        List<PrefillView> views = new ArrayList<>();
        for (Prefill prefill : prefills.sequencedValues().reversed()) {
            if (views.size() >= limit) {
                break;
            }
            views.add(prefill.view());
        }
        return List.copyOf(views);
    }

    private List<PrefillSecond> secondsUpTo(long now) {
        List<PrefillSecond> views = new ArrayList<>();
        long spooledBytes = 0;
        for (long n = Math.max(0, now - SECONDS_KEPT + 1); n <= now; n++) {
            Bucket bucket = seconds[(int) (n % SECONDS_KEPT)];
            if (bucket != null && bucket.number == n) {
                spooledBytes = bucket.spooledBytes;
                views.add(new PrefillSecond(
                        n, bucket.waiting, bucket.oldestNanos, bucket.handedOver, bucket.fellBack, spooledBytes));
            } else {
                views.add(new PrefillSecond(n, 0, 0, 0, 0, spooledBytes));
            }
        }
        return List.copyOf(views);
    }

    private static String key(String request, int attempt) {
        return request + '#' + attempt;
    }

    private static final class Worker {
        private final LinkedHashMap<String, Integer> jobs = new LinkedHashMap<>();
        private boolean isUp;
        private long computedTokens;
        private int handedOver;
        private long spooledBytes;
    }

    private static final class Bucket {
        private final long number;
        private int waiting;
        private long oldestNanos;
        private int handedOver;
        private int fellBack;
        private long spooledBytes;

        Bucket(long number, long spooledBytes) {
            this.number = number;
            this.spooledBytes = spooledBytes;
        }
    }

    private static final class Prefill {
        private final String to;
        private final PrefillEvent.PrefillQueued asked;
        private final long queuedAt;
        private String from = "";
        private long startedAt = -1;
        private long computedAt = -1;
        private long endedAt = -1;
        private int deliveries;
        private long spooledAt = -1;
        private int blocks;
        private long bytes;
        private long transferNanos = -1;
        private Outcome outcome = Outcome.UNDER_WAY;
        private String why = "";

        Prefill(String to, PrefillEvent.PrefillQueued asked, long queuedAt) {
            this.to = to;
            this.asked = asked;
            this.queuedAt = queuedAt;
        }

        void end(Outcome how, String because, long at) {
            if (outcome == Outcome.UNDER_WAY) {
                outcome = how;
                why = because;
                endedAt = at;
            }
        }

        PrefillView view() {
            return new PrefillView(
                    asked.request(),
                    asked.attempt(),
                    to,
                    from,
                    asked.uncachedTokens(),
                    queuedAt,
                    startedAt,
                    computedAt,
                    endedAt,
                    deliveries,
                    spooledAt,
                    blocks,
                    bytes,
                    transferNanos,
                    outcome,
                    why);
        }
    }
}
