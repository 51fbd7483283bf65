package io.faultline.backend.feed;

import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.HealthSnapshot;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.history.PrefillSnapshot;
import io.faultline.runtime.history.RoutingSnapshot;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot;
import io.faultline.runtime.judgement.Evidence;
import io.faultline.runtime.judgement.Judgement;
import io.faultline.runtime.judgement.Verdict;
import io.faultline.runtime.world.World;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The feed of one [World]. A timer posts a look at the folds to the operator's loop, never a second one while the
/// first is under way, so that a busy loop is not made busier and a dead one is noticed.
///
/// Each look costs the loop a copy of the snapshots; nothing is taken while no event came and every window is
/// empty.
public final class WorldFeed implements ClusterFeed, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorldFeed.class);

    private final World world;
    private final FeedLimits limits;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Executor delivery;
    private final List<NewestOnly<ConsoleFrame>> listeners = new CopyOnWriteArrayList<>();
    private final NodeTrends trends;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile ConsoleFrame latest;
    private volatile Instant lastAnswer;
    private volatile boolean stale;
    private final AtomicBoolean refreshWanted = new AtomicBoolean();
    private long seenEvents = -1;
    private long seenAtNanos;
    private @Nullable Instant clusterStart;

    public WorldFeed(World world, FeedLimits limits, Clock clock) {
        this(world, limits, clock, Executors.newVirtualThreadPerTaskExecutor());
    }

    /// @param delivery runs the listeners; closed with the feed if it can be
    WorldFeed(World world, FeedLimits limits, Clock clock, Executor delivery) {
        this.delivery = delivery;
        this.world = world;
        this.limits = limits;
        this.clock = clock;
        this.trends = new NodeTrends(limits.trendNodesMax(), limits.trendSamplesMax());
        this.lastAnswer = clock.instant();
        this.latest = empty(clock.instant());
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("cluster-feed").daemon(true).factory());
    }

    /// Begins to look. Before, [#latest] is the empty frame.
    public void start() {
        long period = limits.framePeriod().toNanos();
        var ticking = timer.scheduleWithFixedDelay(this::tick, 0, period, TimeUnit.NANOSECONDS);
        LOG.debug("the feed looks every {}: {}", limits.framePeriod(), ticking);
    }

    @Override
    public ConsoleFrame latest() {
        return latest;
    }

    @Override
    public Subscription subscribe(Listener<ConsoleFrame> listener) {
        NewestOnly<ConsoleFrame> slot = new NewestOnly<>(delivery, listener);
        listeners.add(slot);
        slot.offer(latest);
        return () -> {
            listeners.remove(slot);
            slot.cancel();
        };
    }

    @Override
    public <T> CompletableFuture<T> ask(Function<World, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        world.loop().post(() -> {
            // An exception that left this task would end the operator's loop, so it becomes the answer.
            try {
                answer.complete(question.apply(world));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.orTimeout(limits.silentAfter().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void refresh() {
        refreshWanted.set(true);
    }

    @Override
    public List<NodeSample> trend(String node) {
        return trends.of(node);
    }

    /// One turn of the timer.
    void tick() {
        try {
            if (looking.compareAndSet(false, true)) {
                world.loop().post(this::look);
            } else if (!stale && lastAnswer.plus(limits.silentAfter()).isBefore(clock.instant())) {
                stale = true;
                publish(latest.silent(latest.number() + 1, lastAnswer));
            }
        } catch (RuntimeException e) {
            LOG.warn("the feed missed a look at the cluster", e);
        }
    }

    /// On the operator's loop.
    private void look() {
        try {
            lastAnswer = clock.instant();
            ClusterHistory history = world.history();
            long now = world.loop().now();
            long events = history.log().end();
            if (events != seenEvents) {
                seenEvents = events;
                seenAtNanos = now;
            }
            boolean isWanted = refreshWanted.getAndSet(false);
            if (stale || isWanted || now - seenAtNanos <= limits.settleTime().toNanos()) {
                stale = false;
                publish(frame(history, now));
            }
        } catch (RuntimeException e) {
            LOG.warn("the feed could not read the cluster's history", e);
        } finally {
            looking.set(false);
        }
    }

    private ConsoleFrame frame(ClusterHistory history, long now) {
        Evidence evidence = Evidence.of(history, now);
        trends.sample(now, evidence.topology());
        // Fixed once: a start that wandered with each reading of two clocks would move every time on the screen.
        Instant start = clusterStart == null ? clock.instant().minusNanos(now) : clusterStart;
        clusterStart = start;
        return new ConsoleFrame(
                latest.number() + 1,
                now,
                start,
                ConsoleMode.of(world.kind()),
                null,
                evidence.topology(),
                history.health(),
                evidence.service(),
                history.load(now),
                evidence.scaling(),
                evidence.routing(),
                evidence.prefill(),
                List.copyOf(history.requests(limits.requestsMax())),
                List.copyOf(history.migrations(limits.migrationsMax())),
                history.faults(),
                history.playbookRuns(),
                Judgement.judge(evidence));
    }

    private synchronized void publish(ConsoleFrame frame) {
        latest = frame;
        for (NewestOnly<ConsoleFrame> listener : listeners) {
            listener.offer(frame);
        }
    }

    private ConsoleFrame empty(Instant start) {
        return new ConsoleFrame(
                0,
                0,
                start,
                ConsoleMode.of(world.kind()),
                null,
                new TopologySnapshot(0, List.of(), List.of()),
                HealthSnapshot.empty(),
                ServiceSnapshot.empty(),
                LoadSnapshot.empty(),
                ScalingSnapshot.empty(),
                RoutingSnapshot.empty(),
                PrefillSnapshot.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Verdict.unknown("no data from the cluster yet"));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (delivery instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }
}
