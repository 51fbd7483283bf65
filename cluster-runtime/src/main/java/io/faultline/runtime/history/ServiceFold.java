package io.faultline.runtime.history;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import io.faultline.runtime.window.QuantileWindow;
import io.faultline.runtime.window.RateWindow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What clients feel: counts, rates and latencies. Inter-token latency is the mean over each stretch between two
/// [RequestEvent.TokensDelivered] of one request.
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
    private final Map<String, Progress> open = new LinkedHashMap<>();
    private final SecondBucket[] seconds = new SecondBucket[SECONDS_KEPT];
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

    @Override
    public void apply(ClusterEvent event) {
        atNanos = event.atNanos();
        switch (event.record()) {
            case RequestEvent.RequestReceived r -> {
                received++;
                requestRate.add(atNanos, 1);
                open.put(r.request(), new Progress());
                second().received++;
            }
            case RequestEvent.FirstToken r -> {
                ttft.add(atNanos, r.ttftNanos());
                second().ttft.add(atNanos, r.ttftNanos());
                Progress progress = open.get(r.request());
                if (progress != null) {
                    progress.atNanos = atNanos;
                    progress.tokens = 1;
                    tokens(1);
                }
            }
            case RequestEvent.TokensDelivered r -> progressed(r.request(), r.total());
            case MigrationEvent.MigrationStarted _ -> {
                migrationsStarted++;
                second().migrations++;
            }
            case MigrationEvent.MigrationCompleted m -> {
                migrationsCompleted++;
                gap.add(atNanos, m.gapNanos());
            }
            case MigrationEvent.MigrationFailed _ -> migrationsFailed++;
            case RequestEvent.RequestCompleted r -> {
                progressed(r.request(), r.completionTokens());
                completed++;
                duration.add(atNanos, r.durationNanos());
                good.add(atNanos, 1);
                second().completed++;
                open.remove(r.request());
            }
            case RequestEvent.RequestFailed r -> {
                failed++;
                bad.add(atNanos, 1);
                second().failed++;
                second().unserved++;
                open.remove(r.request());
            }
            case RequestEvent.RequestCancelled r -> {
                cancelled++;
                second().cancelled++;
                open.remove(r.request());
            }
            case RequestEvent.RequestRejected r -> {
                rejected++;
                second().rejected++;
                if (r.reason().isProtection()) {
                    refused.add(atNanos, 1);
                } else {
                    bad.add(atNanos, 1);
                    second().unserved++;
                }
                open.remove(r.request());
            }
            case ClientEvent.AnswerChecked a -> {
                answersChecked++;
                answersDiffering += a.identical() ? 0 : 1;
            }
            default -> {
                // Nothing that a client feels.
            }
        }
    }

    private void progressed(String request, int total) {
        Progress progress = open.get(request);
        if (progress != null && total > progress.tokens) {
            int fresh = total - progress.tokens;
            if (progress.tokens > 0) {
                itl.add(atNanos, (atNanos - progress.atNanos) / fresh);
            }
            progress.tokens = total;
            progress.atNanos = atNanos;
            tokens(fresh);
        }
    }

    private void tokens(int fresh) {
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
                ended == 0 ? 1 : goodRate / ended,
                goodRate + badRate == 0 ? 1 : goodRate / (goodRate + badRate),
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
                secondViews());
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

    private static final class Progress {
        long atNanos;
        int tokens;
    }

    private static final class SecondBucket {
        final long number;
        final QuantileWindow ttft = new QuantileWindow(Long.MAX_VALUE / 4, 128);
        int received;
        int completed;
        int failed;
        int rejected;
        int unserved;
        int cancelled;
        int migrations;
        int tokens;
        int inFlight;

        SecondBucket(long number) {
            this.number = number;
        }

        SecondView view() {
            return new SecondView(
                    number,
                    received,
                    completed,
                    failed,
                    rejected,
                    unserved,
                    cancelled,
                    migrations,
                    tokens,
                    inFlight,
                    ttft.quantiles(0, 0.99)[0]);
        }
    }
}
