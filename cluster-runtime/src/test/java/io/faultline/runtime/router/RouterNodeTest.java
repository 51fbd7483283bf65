package io.faultline.runtime.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.discovery.VirtualStore;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.RoutingEvent.RouteDecided;
import io.faultline.runtime.event.RoutingEvent.RouterReady;
import io.faultline.runtime.kv.KvEvent;
import io.faultline.runtime.kv.KvFeedConfig;
import io.faultline.runtime.kv.KvPublisher;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.LoopbackNetwork;
import io.faultline.runtime.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows({"KV-1", "REQ-6"})
@DisplayName("KV-1 REQ-6: a router chooses by caches and load, and never a worker that is gone")
class RouterNodeTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final int BLOCK_TOKENS = 16;
    private static final String MODEL = "m";
    private static final long[] NOBODY = {};
    /// Sequence hashes of a prompt of four blocks.
    private static final long[] PROMPT = {101, 102, 103, 104};

    private static final RouterConfig CONFIG = RouterConfig.of(RoutingConfig.kv(1), LeaseConfig.defaults());

    private final ManualLoop loop = new ManualLoop();
    private final LoopbackNetwork network = new LoopbackNetwork(loop);
    private final KeyValueStore store = VirtualStore.clientOf(loop);
    private final List<EventRecord> events = new ArrayList<>();
    private final List<Instance> routers = new ArrayList<>();
    private Optional<NodeExit> ended = Optional.empty();
    private RouterNode router;

    private void startRouter() {
        startRouter(CacheSight.INDEX);
    }

    private void startRouter(CacheSight sight) {
        new InstanceDirectory(loop, store, LeaseConfig.defaults(), new InstanceDirectory.Listener() {
                    @Override
                    public void appeared(Instance instance) {
                        if (instance.component().equals(Instance.ROUTER)) {
                            routers.add(instance);
                        }
                    }

                    @Override
                    public void vanished(Instance instance) {
                        routers.remove(instance);
                    }
                })
                .start();
        router = new RouterNode(
                new NodeServices(
                        new NodeId("router-0"),
                        loop,
                        new RandomSource(5),
                        network.transportFor("router-0"),
                        store,
                        events::add),
                CONFIG,
                sight);
        router.start(exit -> ended = Optional.of(exit));
        loop.runFor(100 * MS);
    }

    private <R extends EventRecord> List<R> told(Class<R> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    // ---- when it may be asked

    @Test
    void registersOnceItKnowsEveryWorkersCache() {
        Worker first = new Worker("decode-0", MODEL);
        Worker second = new Worker("decode-1", MODEL);
        first.holds(PROMPT);
        second.isMute = true;
        startRouter();
        assertThat(routers).as("one worker has said nothing yet").isEmpty();
        assertThat(router.isReady()).isFalse();

        second.isMute = false;
        loop.runFor(KvFeedConfig.defaults().retryMinNanos() + 100 * MS);

        assertThat(routers).hasSize(1);
        assertThat(router.isReady()).isTrue();
        assertThat(told(RouterReady.class)).singleElement().satisfies(ready -> {
            assertThat(ready.workers()).isEqualTo(2);
            assertThat(ready.synced()).isEqualTo(2);
            assertThat(ready.blocks()).isEqualTo(4);
        });
        assertThat(router.blocksOf(first.instance())).isEqualTo(PROMPT);
        assertThat(router.blocksOf(second.instance())).isEmpty();
    }

    @Test
    void aWorkerThatSaysNothingDoesNotKeepItFromItsWorkForLong() {
        new Worker("decode-0", MODEL).isMute = true;
        startRouter();
        assertThat(router.isReady()).isFalse();

        loop.runFor(CONFIG.warmUpNanos());

        assertThat(router.isReady()).isTrue();
    }

    @Test
    void leavesDiscoveryBeforeItEnds() {
        new Worker("decode-0", MODEL);
        startRouter();
        Frontend frontend = new Frontend();

        router.stop();
        loop.runFor(100 * MS);

        assertThat(routers).isEmpty();
        assertThat(ended).isPresent();
        assertThat(frontend.isClosed).isTrue();
    }

    // ---- whom it chooses

    @Test
    void theWorkerThatHoldsThePromptIsChosen() {
        new Worker("decode-0", MODEL);
        Worker holder = new Worker("decode-1", MODEL);
        holder.holds(PROMPT);
        new Worker("decode-2", MODEL);
        startRouter();

        Frame.RouteAnswer answer = new Frontend().ask(1, PROMPT);

        assertThat(answer.instance()).isEqualTo(holder.instance());
        assertThat(answer.overlapBlocks()).isEqualTo(4);
        assertThat(told(RouteDecided.class)).singleElement().satisfies(decided -> {
            assertThat(decided.overlapBlocks()).isEqualTo(4);
            assertThat(decided.promptBlocks()).isEqualTo(4);
            assertThat(decided.candidates()).isEqualTo(3);
            assertThat(decided.nextCost()).isGreaterThan(decided.cost());
        });
    }

    @Test
    void whatTheCacheEvictedCountsNoMore() {
        Worker first = new Worker("decode-0", MODEL);
        Worker second = new Worker("decode-1", MODEL);
        first.holds(PROMPT);
        second.holds(PROMPT[0], PROMPT[1]);
        startRouter();

        first.kv.removed(PROMPT[1]);
        loop.runFor(10 * MS);

        assertThat(new Frontend().ask(1, PROMPT).instance()).isEqualTo(second.instance());
    }

    @Test
    void whatItSeesOfTheCachesItselfCountsForMoreThanItsIndex() {
        Worker holder = new Worker("decode-0", MODEL);
        holder.holds(PROMPT);
        Worker other = new Worker("decode-1", MODEL);
        startRouter((instance, blocks, indexed) -> instance == other.instance() ? blocks.length : 0);

        assertThat(new Frontend().ask(1, PROMPT).instance()).isEqualTo(other.instance());
    }

    @Test
    void questionsThatComeTogetherDoNotAllGetTheSameWorker() {
        Worker first = new Worker("decode-0", MODEL);
        Worker second = new Worker("decode-1", MODEL);
        startRouter();
        Frontend frontend = new Frontend();

        long one = frontend.ask(1, new long[] {1, 2, 3, 4}).instance();
        long other = frontend.ask(2, new long[] {5, 6, 7, 8}).instance();

        assertThat(List.of(one, other)).containsExactlyInAnyOrder(first.instance(), second.instance());
    }

    @Test
    void theSamePromptGoesWhereItIsBeingComputed() {
        new Worker("decode-0", MODEL);
        new Worker("decode-1", MODEL);
        startRouter();
        Frontend frontend = new Frontend();

        Frame.RouteAnswer first = frontend.ask(1, PROMPT);
        frontend.send(new Frame.SequencePrefilled(1));
        Frame.RouteAnswer second = frontend.ask(2, PROMPT);

        assertThat(first.overlapBlocks()).isZero();
        assertThat(second.instance()).isEqualTo(first.instance());
        assertThat(second.overlapBlocks()).isEqualTo(4);
    }

    @Test
    void aSequenceThatIsOverLoadsNobody() {
        new Worker("decode-0", MODEL);
        new Worker("decode-1", MODEL);
        startRouter();
        Frontend frontend = new Frontend();
        frontend.ask(1, PROMPT);
        assertThat(router.sequences()).isEqualTo(1);

        frontend.send(new Frame.SequenceOver(1));
        assertThat(router.sequences()).isZero();

        frontend.ask(2, PROMPT);
        frontend.connection.close();
        loop.runFor(MS);
        assertThat(router.sequences()).as("its frontend is gone").isZero();
    }

    @Test
    void theFrontendsWordCountsForMoreThanTheAnswer() {
        Worker first = new Worker("decode-0", MODEL);
        Worker second = new Worker("decode-1", MODEL);
        startRouter();
        Frontend frontend = new Frontend();
        long advised = frontend.ask(1, PROMPT).instance();
        Worker other = advised == first.instance() ? second : first;

        frontend.send(new Frame.SequenceStarted(1, other.instance(), 64, PROMPT, false));

        assertThat(router.sequences()).isEqualTo(1);
        assertThat(frontend.ask(2, new long[] {9, 10}).instance())
                .as("the other one is the loaded one")
                .isEqualTo(advised);
    }

    // ---- whom it does not choose

    @Test
    void excludedWorkersAreNotChosen() {
        Worker holder = new Worker("decode-0", MODEL);
        holder.holds(PROMPT);
        Worker other = new Worker("decode-1", MODEL);
        startRouter();

        assertThat(new Frontend().ask(1, PROMPT, holder.instance()).instance()).isEqualTo(other.instance());
    }

    @Test
    void workersOfAnotherModelAreNotChosen() {
        Worker other = new Worker("decode-0", "another");
        other.holds(PROMPT);
        Worker ours = new Worker("decode-1", MODEL);
        startRouter();

        assertThat(new Frontend().ask(1, PROMPT).instance()).isEqualTo(ours.instance());
    }

    @Test
    void withoutAWorkerItSaysSo() {
        Worker only = new Worker("decode-0", MODEL);
        startRouter();
        Frontend frontend = new Frontend();

        frontend.query(1, PROMPT, only.instance());

        assertThat(frontend.received).last().isInstanceOf(Frame.RouteUnknown.class);
        assertThat(router.sequences()).isZero();
    }

    @Test
    void aDeadWorkerIsNotChosenAlthoughDiscoveryStillListsIt() {
        Worker holder = new Worker("decode-0", MODEL);
        holder.holds(PROMPT);
        Worker other = new Worker("decode-1", MODEL);
        startRouter();

        network.kill("decode-0");
        loop.runFor(MS);

        assertThat(new Frontend().ask(1, PROMPT).instance()).isEqualTo(other.instance());
    }

    @Test
    void aWorkerThatLeftDiscoveryIsForgottenWithItsCache() {
        Worker holder = new Worker("decode-0", MODEL);
        holder.holds(PROMPT);
        Worker other = new Worker("decode-1", MODEL);
        startRouter();
        long gone = holder.instance();

        holder.registration.withdraw(() -> {});
        loop.runFor(100 * MS);

        assertThat(router.blocksOf(gone)).isEmpty();
        assertThat(new Frontend().ask(1, PROMPT).instance()).isEqualTo(other.instance());
    }

    @Test
    void aNewLifeUnderTheOldNameHasAnEmptyCache() {
        Worker before = new Worker("decode-0", MODEL);
        before.holds(PROMPT);
        startRouter();
        long old = before.instance();

        network.kill("decode-0");
        before.registration.withdraw(() -> {});
        Worker after = new Worker("decode-0", MODEL);
        loop.runFor(5 * SECOND);

        assertThat(after.instance()).isNotEqualTo(old);
        assertThat(router.blocksOf(old)).isEmpty();
        assertThat(router.blocksOf(after.instance())).isEmpty();
        assertThat(new Frontend().ask(1, PROMPT).overlapBlocks()).isZero();
    }

    @Test
    void aFrontendThatSpeaksAsSomethingElseIsClosed() {
        startRouter();
        Frontend frontend = new Frontend();

        frontend.send(new Frame.Heartbeat());

        assertThat(frontend.isClosed).isTrue();
    }

    // ---- the others

    /// A worker as a router sees it: an instance in discovery, and a cache that it tells of.
    private final class Worker {
        private final KvPublisher kv;
        private final Registration registration;
        private final Address address;
        private Instance registered = new Instance(0, "", "", "", "", new Address(""), card(""));
        /// It answers no question.
        private boolean isMute;

        Worker(String name, String model) {
            kv = new KvPublisher(loop, KvFeedConfig.defaults(), loop.now() + name.hashCode());
            Transport transport = network.transportFor(name);
            address = transport.listen(connection -> new ConnectionListener() {
                private final KvPublisher.Follower follower = follower(connection);

                @Override
                public void opened() {}

                @Override
                public void received(Frame frame) {
                    if (frame instanceof Frame.KvFollow(long question, long epoch, long next) && !isMute) {
                        kv.follow(follower, question, epoch, next);
                    }
                }

                @Override
                public void closed(CloseReason reason) {
                    kv.unfollow(follower);
                }
            });
            registration = new Registration(
                    loop,
                    store,
                    LeaseConfig.defaults(),
                    lease -> new Instance(lease, name, "dynamo", "backend", "generate", address, card(model)),
                    new Registration.Listener() {
                        @Override
                        public void registered(Instance instance, long ttlNanos) {
                            registered = instance;
                        }

                        @Override
                        public void lost(Instance instance) {}
                    });
            registration.register();
            loop.runFor(10 * MS);
        }

        private static ModelCard card(String model) {
            return new ModelCard(model, 1_024, 1_024, BLOCK_TOKENS, 64, 512);
        }

        long instance() {
            return registered.id();
        }

        void holds(long... blocks) {
            long parent = 0;
            for (long block : blocks) {
                kv.stored(parent, block);
                parent = block;
            }
        }

        private static KvPublisher.Follower follower(Connection connection) {
            return new KvPublisher.Follower() {
                @Override
                public void events(long question, long epoch, long first, List<KvEvent> some) {
                    connection.send(new Frame.KvEvents(question, epoch, first, some));
                }

                @Override
                public void content(long question, long epoch, long next, int part, int parts, long[] blocks) {
                    connection.send(new Frame.KvContent(question, epoch, next, part, parts, blocks));
                }

                @Override
                public void head(long epoch, long next) {
                    connection.send(new Frame.KvHead(epoch, next));
                }

                @Override
                public boolean isBehind() {
                    return false;
                }
            };
        }
    }

    /// A frontend's connection to the router.
    private final class Frontend implements ConnectionListener {
        private final List<Frame> received = new ArrayList<>();
        private final Connection connection = network.transportFor("frontend-0").connect(new Address("router-0"), this);
        private boolean isClosed;

        Frontend() {
            loop.runFor(MS);
        }

        void send(Frame frame) {
            connection.send(frame);
            loop.runFor(MS);
        }

        void query(long sequence, long[] blocks, long... excluded) {
            send(new Frame.RouteQuery(
                    sequence, "r" + sequence, 0, MODEL, blocks.length * BLOCK_TOKENS, blocks, excluded));
        }

        Frame.RouteAnswer ask(long sequence, long[] blocks) {
            return ask(sequence, blocks, NOBODY);
        }

        Frame.RouteAnswer ask(long sequence, long[] blocks, long... excluded) {
            query(sequence, blocks, excluded);
            assertThat(received).last().isInstanceOf(Frame.RouteAnswer.class);
            return (Frame.RouteAnswer) received.getLast();
        }

        @Override
        public void opened() {}

        @Override
        public void received(Frame frame) {
            received.add(frame);
        }

        @Override
        public void closed(CloseReason reason) {
            isClosed = true;
        }
    }
}
