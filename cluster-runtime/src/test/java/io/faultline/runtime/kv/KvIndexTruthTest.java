package io.faultline.runtime.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.kv.KvSubscription.Cause;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Workers with caches that change at random tell two routers of it over a network that loses, repeats and reorders
/// messages both ways; now and then a worker begins a new life under its old name. A plain set beside each cache is
/// what the routers' indices are compared with once all is quiet.
@Shows("KV-1")
@DisplayName("KV-1: every router's index equals the workers' caches at quiescence")
class KvIndexTruthTest {
    private static final int WORKERS = 5;
    private static final int ROUTERS = 2;
    private static final int CACHE_BLOCKS = 400;
    private static final int CHANGES_PER_TURN = 40;
    private static final long TURN_NANOS = 10_000_000L;
    private static final long QUIET_NANOS = 20_000_000_000L;
    private static final long NOBODYS_QUESTION = Long.MAX_VALUE;
    private static final KvFeedConfig CONFIG = new KvFeedConfig(300, 150, 500_000_000L, 200_000_000L, 2_000_000_000L);

    private final ManualLoop loop = new ManualLoop();
    private final List<Worker> workers = new ArrayList<>();
    private final List<KvIndex> routers = new ArrayList<>();
    private final Map<Cause, Integer> resyncs = new EnumMap<>(Cause.class);
    private int wholeContents;
    private int missedAndTold;
    private int repeated;
    /// Blocks that were stored or removed in all caches together.
    private long changed;

    private boolean isLossy = true;
    private RandomSource random = new RandomSource(1);

    @Test
    void afterLossesRepeatsAndNewLives() {
        play(300_000, 1);
        play(300_000, 2);
    }

    @Test
    @Tag("slow")
    void afterTenMillionRandomEvents() {
        play(10_000_000, 3);
    }

    @Test
    void aQuietNetworkNeedsNoResync() {
        isLossy = false;
        begin(4);
        run(20_000);
        settle();

        assertThat(resyncs).containsOnlyKeys(Cause.NEW);
        assertThat(resyncs).containsEntry(Cause.NEW, WORKERS * ROUTERS);
    }

    /// That the comparison can fail: one block leaves one cache, and nobody is told.
    @Test
    void aRemovalThatIsNotToldIsFound() {
        begin(5);
        run(20_000);
        workers.getLast().blocks.pollFirst();

        assertThatThrownBy(this::settle).isInstanceOf(AssertionError.class);
    }

    private void play(int changes, long seed) {
        isLossy = true;
        begin(seed);
        for (int stretch = 0; stretch < 10; stretch++) {
            run(changes / 10);
            settle();
            isLossy = true;
        }
        assertThat(changed).isGreaterThanOrEqualTo(changes);
        // What has to be survived did happen.
        assertThat(resyncs).containsKeys(Cause.NEW, Cause.GAP, Cause.RESTARTED);
        assertThat(wholeContents).isPositive();
        assertThat(missedAndTold).isPositive();
        assertThat(repeated).isPositive();
    }

    private void begin(long seed) {
        random = new RandomSource(seed);
        workers.clear();
        routers.clear();
        resyncs.clear();
        changed = 0;
        for (int i = 0; i < ROUTERS; i++) {
            routers.add(new KvIndex());
        }
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new Worker(i));
        }
        workers.forEach(worker -> worker.links.forEach(link -> link.subscription.connected()));
    }

    private void run(int changes) {
        for (long until = changed + changes; changed < until; ) {
            Worker worker = workers.get(random.nextInt(WORKERS));
            loop.post(worker::change);
            loop.runFor(TURN_NANOS / WORKERS);
        }
    }

    private void settle() {
        isLossy = false;
        loop.runFor(QUIET_NANOS);
        for (Worker worker : workers) {
            long[] truth = worker.blocks.stream().mapToLong(Long::longValue).toArray();
            assertThat(worker.publisher.content()).isEqualTo(truth);
            for (KvIndex router : routers) {
                assertThat(router.blocksOf(worker.number)).isEqualTo(truth);
            }
            worker.links.forEach(link -> {
                assertThat(link.subscription.isSynced()).isTrue();
                assertThat(link.subscription.held()).isEqualTo(truth.length);
            });
        }
    }

    /// Brings a message over, or not, or twice; sooner or later.
    private void carry(Runnable message) {
        if (!isLossy) {
            loop.after(1_000_000L, message);
            return;
        }
        int copies = random.nextBoolean(0.05) ? 0 : random.nextBoolean(0.05) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            boolean isLate = random.nextBoolean(0.03);
            loop.after(isLate ? random.nextLong(0, 2_000_000_000L) : 1_000_000L, message);
        }
    }

    /// A worker in its current life, and the set that says what is in its cache.
    private final class Worker {
        private final int number;
        private final List<Link> links = new ArrayList<>();
        private TreeSet<Long> blocks = new TreeSet<>();
        private KvPublisher publisher;
        private long lives = 1;

        Worker(int number) {
            this.number = number;
            this.publisher = publisher();
            for (KvIndex router : routers) {
                links.add(new Link(this, router));
            }
        }

        private KvPublisher publisher() {
            return new KvPublisher(loop, CONFIG, number + 100 * lives);
        }

        void change() {
            if (random.nextBoolean(0.002)) {
                restart();
            }
            if (random.nextBoolean(0.002)) {
                blocks.clear();
                publisher.cleared();
            }
            for (int i = 0; i < CHANGES_PER_TURN; i++) {
                long parent = random.nextInt(3 * CACHE_BLOCKS);
                for (long block = parent + 1; block <= parent + 3; block++) {
                    storeOrRemove(parent, RandomSource.mix(block));
                }
            }
        }

        private void storeOrRemove(long parent, long block) {
            boolean isFull = blocks.size() >= CACHE_BLOCKS;
            if (blocks.contains(block)) {
                if (random.nextBoolean(isFull ? 0.9 : 0.3)) {
                    blocks.remove(block);
                    publisher.removed(block);
                    changed++;
                }
            } else if (!isFull) {
                blocks.add(block);
                changed++;
                publisher.stored(RandomSource.mix(parent), block);
            }
        }

        /// The same name, an empty cache, and numbers that begin at 0 again. What the old life sent may still arrive.
        private void restart() {
            lives++;
            blocks = new TreeSet<>();
            publisher.close();
            publisher = publisher();
            for (Link link : links) {
                if (random.nextBoolean(0.5)) {
                    link.subscription.disconnected();
                    loop.after(random.nextLong(0, 500_000_000L), link.subscription::connected);
                } else {
                    // As behind a broker: the router does not notice; the new life goes on telling whoever listens.
                    publisher.follow(link, NOBODYS_QUESTION, 0, 0);
                }
            }
        }
    }

    /// What a worker and a router say to each other.
    private final class Link implements KvPublisher.Follower, KvSubscription.Listener {
        private final KvSubscription subscription;

        Link(Worker worker, KvIndex router) {
            subscription = new KvSubscription(
                    loop,
                    CONFIG,
                    router,
                    worker.number,
                    (question, epoch, next) -> carry(() -> worker.publisher.follow(this, question, epoch, next)),
                    this);
        }

        @Override
        public void events(long question, long epoch, long first, List<KvEvent> events) {
            carry(() -> subscription.events(question, epoch, first, events));
        }

        @Override
        public void content(long question, long epoch, long next, int part, int parts, long[] blocks) {
            carry(() -> subscription.content(question, epoch, next, part, parts, blocks));
        }

        @Override
        public void head(long epoch, long next) {
            carry(() -> subscription.head(epoch, next));
        }

        @Override
        public boolean isBehind() {
            return isLossy && random.nextBoolean(0.02);
        }

        @Override
        public void resynced(Cause cause, int blocks, long events, long tookNanos) {
            resyncs.merge(cause, 1, Integer::sum);
            if (events < 0) {
                wholeContents++;
            } else {
                missedAndTold += (int) events;
            }
        }

        @Override
        public void applied(KvEvent event) {
            // What it came to is compared at the end.
        }

        @Override
        public void repeated(int events) {
            repeated += events;
        }
    }
}
