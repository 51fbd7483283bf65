package io.faultline.runtime.history;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import io.faultline.runtime.request.ErrorType.Blame;
import io.faultline.runtime.window.QuantileWindow;
import io.faultline.runtime.window.RateWindow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What clients feel: counts, rates and latencies. Requests that never reached a frontend count, and so do those that
/// were lost with one. Inter-token latency is the mean over each stretch between two [RequestEvent.TokensDelivered] of
/// one request.
final class ServiceFold implements Fold {
    static final long WINDOW_NANOS = 30_000_000_000L;
    static final int SECONDS_KEPT = 900;
    private static final long SECOND = 1_000_000_000L;
    private static final int SAMPLES_MAX = 8192;

    private final QuantileWindow ttft = new QuantileWindow(WINDOW_NANOS, SAMPLES_MAX);
    private final QuantileWindow itl = new QuantileWindow(WINDOW_NANOS, SAMPLES_MAX);
    private final QuantileWindow duration = new QuantileWindow(WINDOW_NANOS, SAMPLES_MAX);
    private final QuantileWindow gap = new QuantileWindow(WINDOW_NANOS, SAMPLES_MAX);
    private final RateWindow requestRate = new RateWindow(5 * SECOND);
    private final RateWindow tokenRate = new RateWindow(5 * SECOND);
    private final RateWindow good = new RateWindow(WINDOW_NANOS);
    private final RateWindow bad = new RateWindow(WINDOW_NANOS);
    private final RateWindow refused = new RateWindow(WINDOW_NANOS);
    private final OpenFlow open;
    private final Objectives objectives;
    private final @Nullable SecondBucket[] seconds = new SecondBucket[SECONDS_KEPT];
    private long newestSecond = -1;
    private long atNanos;
    private long received;
    private long completed;
    private long failed;
    private long cancelled;
    private long rejected;
    private long migrationsStarted;
    private long migrationsCompleted;
    private long migrationsFailed;
    private long answersChecked;
    private long answersDiffering;
    private long outputTokens;
    private long lastTokenNanos = -1;

    ServiceFold(Objectives objectives) {
        this.objectives = objectives;
        this.open = new OpenFlow(objectives);
    }

    @Override
    public void apply(ClusterEvent event) {
        atNanos = event.atNanos();
        switch (event.record()) {
            case ClientEvent.RequestSent(String request) -> open.sent(request, atNanos);
            case RequestEvent.RequestReceived r -> {
                received++;
                requestRate.add(atNanos, 1);
                open.received(r.request(), event.node().value(), atNanos);
                second().received++;
            }
            case RequestEvent.FirstToken r -> firstToken(r);
            case RequestEvent.TokensDelivered r -> progressed(r.request(), r.total());
            case MigrationEvent.MigrationStarted _ -> {
                migrationsStarted++;
                second().migrations++;
            }
            case MigrationEvent.MigrationCompleted m -> {
                migrationsCompleted++;
                gap.add(atNanos, m.gapNanos());
            }
            case MigrationEvent.MigrationFailed _ -> {
                migrationsFailed++;
                second().movesFailed++;
            }
            case RequestEvent.RequestCompleted r -> {
                progressed(r.request(), r.completionTokens());
                open.end(r.request());
                completed++;
                duration.add(atNanos, r.durationNanos());
                good.add(atNanos, 1);
                second().completed++;
            }
            case RequestEvent.RequestFailed r -> {
                open.end(r.request());
                failed(r.type().blame() != Blame.CLIENT);
            }
            case RequestEvent.RequestCancelled r -> {
                open.end(r.request());
                cancelled++;
                second().cancelled++;
            }
            case RequestEvent.RequestRejected r -> rejected(r);
            case ClientEvent.RequestUnserved r -> {
                // What a frontend knew of, it counted itself.
                if (open.neverArrived(r.request()) && r.type().blame() != Blame.CLIENT) {
                    failed(true);
                }
            }
            case NodeEvent.NodeStopped _ -> {
                int lost = open.lostWith(event.node().value());
                for (int i = 0; i < lost; i++) {
                    failed(true);
                }
            }
            case ClientEvent.AnswerChecked a -> {
                answersChecked++;
                answersDiffering += a.identical() ? 0 : 1;
                second().mismatches += a.identical() ? 0 : 1;
            }
            default -> {
                // Nothing that a client feels.
            }
        }
    }

    private void firstToken(RequestEvent.FirstToken r) {
        ttft.add(atNanos, r.ttftNanos());
        SecondBucket second = second();
        second.ttft.add(atNanos, r.ttftNanos());
        second.firstTokens++;
        second.lateFirstTokens += r.ttftNanos() > objectives.ttftNanos() ? 1 : 0;
        if (open.firstToken(r.request(), atNanos)) {
            tokens(1);
        }
    }

    private void failed(boolean owed) {
        failed++;
        second().failed++;
        if (owed) {
            bad.add(atNanos, 1);
            second().unserved++;
        }
    }

    private void rejected(RequestEvent.RequestRejected r) {
        open.end(r.request());
        rejected++;
        second().rejected++;
        if (r.reason().isProtection()) {
            refused.add(atNanos, 1);
        } else {
            bad.add(atNanos, 1);
            second().unserved++;
        }
    }

    private void progressed(String request, int total) {
        OpenFlow.Progress progress = open.progress(request);
        if (progress == null || total <= progress.tokens()) {
            return;
        }
        int fresh = total - progress.tokens();
        long since = atNanos - progress.lastNanos();
        if (progress.tokens() > 0) {
            SecondBucket second = second();
            itl.add(atNanos, since / fresh);
            second.stretches++;
            second.slowStretches += since / fresh > objectives.itlNanos() ? 1 : 0;
            if (since > progress.stallNanos(objectives)) {
                second.longestGapNanos = Math.max(second.longestGapNanos, since);
            }
        }
        progress.advance(total, atNanos);
        tokens(fresh);
    }

    private void tokens(int fresh) {
        lastTokenNanos = atNanos;
        outputTokens += fresh;
        tokenRate.add(atNanos, fresh);
        second().tokens += fresh;
    }

    private SecondBucket second() {
        long number = atNanos / SECOND;
        int slot = (int) (number % SECONDS_KEPT);
        SecondBucket bucket = seconds[slot];
        if (bucket == null || bucket.number != number) {
            bucket = new SecondBucket(number);
            seconds[slot] = bucket;
            newestSecond = number;
        }
        bucket.inFlight = open.size();
        return bucket;
    }

    ServiceSnapshot snapshot(long nowNanos) {
        long[] t = ttft.quantiles(nowNanos, 0.5, 0.99);
        long[] i = itl.quantiles(nowNanos, 0.5, 0.99);
        long[] d = duration.quantiles(nowNanos, 0.5, 0.99);
        long[] g = gap.quantiles(nowNanos, 0.5, 0.99);
        double goodRate = good.perSecond(nowNanos);
        double badRate = bad.perSecond(nowNanos);
        double refusedRate = refused.perSecond(nowNanos);
        double ended = goodRate + badRate + refusedRate;
        return new ServiceSnapshot(
                atNanos,
                open.size(),
                received,
                completed,
                failed,
                cancelled,
                rejected,
                ended == 0 ? -1 : goodRate / ended,
                goodRate + badRate == 0 ? -1 : goodRate / (goodRate + badRate),
                ended == 0 ? 0 : refusedRate / ended,
                requestRate.perSecond(nowNanos),
                tokenRate.perSecond(nowNanos),
                t[0],
                t[1],
                i[0],
                i[1],
                d[0],
                d[1],
                migrationsStarted,
                migrationsCompleted,
                migrationsFailed,
                g[0],
                g[1],
                answersChecked,
                answersDiffering,
                outputTokens,
                flow(nowNanos),
                secondViews());
    }

    private FlowView flow(long nowNanos) {
        return open.view(
                nowNanos,
                lastTokenNanos,
                SecondBucket.sum(lately(nowNanos, FlowView.RECENT_SECONDS)),
                SecondBucket.sum(lately(nowNanos, FlowView.WINDOW_SECONDS)));
    }

    /// The second that runs and those before it in which something happened.
    private List<SecondBucket> lately(long nowNanos, int before) {
        List<SecondBucket> buckets = new ArrayList<>();
        long now = nowNanos / SECOND;
        for (long n = Math.max(0, now - before); n <= now; n++) {
            SecondBucket b = seconds[(int) (n % SECONDS_KEPT)];
            if (b != null && b.number == n) {
                buckets.add(b);
            }
        }
        return buckets;
    }

    private List<SecondView> secondViews() {
        List<SecondView> views = new ArrayList<>();
        int lastInFlight = 0;
        for (long n = Math.max(0, newestSecond - SECONDS_KEPT + 1); n <= newestSecond; n++) {
            SecondBucket b = seconds[(int) (n % SECONDS_KEPT)];
            if (b == null || b.number != n) {
                views.add(new SecondView(n, 0, 0, 0, 0, 0, 0, 0, 0, lastInFlight, -1));
            } else {
                lastInFlight = b.inFlight;
                views.add(b.view());
            }
        }
        return List.copyOf(views);
    }
}
