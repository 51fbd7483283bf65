package io.faultline.runtime.router;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.router.KvCost.Option;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A KV-aware router. It follows the caches of all workers in discovery and hears from all frontends what runs where;
/// asked by a frontend, it names the worker that serves a prompt at the least cost ([KvCost]). All that it knows it
/// can learn again, so it keeps nothing and can be killed at any moment; it registers once it has heard of all
/// workers' caches, so that nobody asks one that knows nothing. Confined to the loop.
public final class RouterNode implements Node {
    /// What it offers, as it is called in discovery.
    public static final String ENDPOINT = "find-best-worker";

    private final NodeId id;
    private final RouterConfig config;
    private final NodeLoop loop;
    private final Transport transport;
    private final EventSink events;
    private final RandomSource random;
    private final InstanceDirectory directory;
    private final WorkerTable workers;
    private final LoadBook book = new LoadBook();
    private final Registration registration;
    private final SequencedSet<FrontendDoor> doors = new LinkedHashSet<>();
    private final KvCost cost;
    private final CacheSight sight;
    private Consumer<NodeExit> ended = _ -> {};
    private Address address = new Address("");
    private long startedNanos;
    private boolean isWarm;
    private boolean isLeaving;
    private boolean isOver;
    private RoutingEvent.@Nullable RouterObserved told;

    public RouterNode(NodeServices services, RouterConfig config) {
        this(services, config, CacheSight.INDEX);
    }

    /// @param sight what it sees of the caches when it decides
    public RouterNode(NodeServices services, RouterConfig config, CacheSight sight) {
        this.id = services.id();
        this.sight = sight;
        this.config = config;
        this.loop = services.loop();
        this.transport = services.transport();
        this.events = services.events();
        this.random = services.random().fork("route");
        this.cost =
                new KvCost(config.routing().overlapWeight(), config.routing().temperature());
        this.workers = new WorkerTable(loop, transport, config, events, this::maybeWarm);
        this.directory =
                new InstanceDirectory(loop, services.store(), config.lease(), new InstanceDirectory.Listener() {
                    @Override
                    public void appeared(Instance instance) {
                        if (instance.takesRequests()) {
                            workers.add(instance);
                        }
                    }

                    @Override
                    public void vanished(Instance instance) {
                        workers.remove(instance);
                    }
                });
        this.registration =
                new Registration(loop, services.store(), config.lease(), this::describe, new Registration.Listener() {
                    @Override
                    public void registered(Instance instance, long ttlNanos) {
                        RoutingEvent.RouterObserved now = workers.observe(0);
                        events.emit(new RoutingEvent.RouterReady(
                                instance.id(), now.workers(), now.synced(), now.blocks(), loop.now() - startedNanos));
                    }

                    @Override
                    public void lost(Instance instance) {
                        // Frontends that know it still ask it.
                    }
                });
    }

    private Instance describe(long lease) {
        return new Instance(
                lease,
                id.value(),
                config.namespace(),
                Instance.ROUTER,
                ENDPOINT,
                address,
                new ModelCard("", 0, 0, 0, 0, 0));
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        startedNanos = loop.now();
        address = transport.listen(connection -> {
            FrontendDoor door = new FrontendDoor(connection, new Desk(), book);
            doors.add(door);
            return door;
        });
        directory.start();
        loop.after(config.warmUpNanos(), this::stopWarmingUp);
        observe();
    }

    /// Ready to be asked once all workers in discovery told what they hold.
    private void maybeWarm() {
        if (directory.hasListed() && workers.synced() == workers.all().size()) {
            becomeWarm();
        }
    }

    /// A worker that says nothing must not keep a router from its work; but without any it has none.
    private void stopWarmingUp() {
        if (directory.hasListed()) {
            becomeWarm();
        } else {
            loop.after(config.warmUpNanos(), this::stopWarmingUp);
        }
    }

    private void becomeWarm() {
        if (!isWarm && !isLeaving) {
            isWarm = true;
            registration.register();
        }
    }

    private void observe() {
        RoutingEvent.RouterObserved now = workers.observe(book.sequences());
        if (!now.equals(told)) {
            told = now;
            events.emit(now);
        }
        loop.after(config.observeNanos(), this::observe);
    }

    @Override
    public void stop() {
        if (isLeaving) {
            end();
            return;
        }
        isLeaving = true;
        events.emit(new NodeEvent.NodeDraining(0, false, config.leaveNanos()));
        loop.after(config.leaveNanos(), this::end);
        registration.withdraw(this::end);
    }

    private void end() {
        if (!isOver) {
            isOver = true;
            directory.close();
            workers.close();
            List.copyOf(doors).forEach(FrontendDoor::shut);
            doors.clear();
            ended.accept(NodeExit.stopped("stopped in order"));
        }
    }

    /// True while frontends may ask it.
    public boolean isReady() {
        return isWarm && !isLeaving && registration.isHeld();
    }

    /// Whether it knows that worker, and hears of its cache.
    public boolean follows(long instance) {
        return workers.follows(instance);
    }

    /// What its index says that an instance holds, in ascending order.
    public long[] blocksOf(long instance) {
        return workers.blocksOf(instance);
    }

    /// Sequences under way, as far as it was told.
    public int sequences() {
        return book.sequences();
    }

    private final class Desk implements FrontendDoor.Desk {
        @Override
        public boolean isReady() {
            return isWarm && !isLeaving;
        }

        @Override
        public void left(FrontendDoor door) {
            doors.remove(door);
        }

        @Override
        public Frame.Route answer(Frame.RouteQuery query, FrontendDoor from) {
            List<Option> options = options(query);
            if (options.isEmpty()) {
                return new Frame.RouteUnknown(query.sequence(), "no worker for the model '" + query.model() + "'");
            }
            int place = cost.choose(options, random);
            Option chosen = options.get(place);
            int blockTokens = blockTokens(chosen.instance());
            int prefillTokens = Math.max(0, query.tokens() - chosen.overlapBlocks() * blockTokens);
            from.place(new Frame.SequenceStarted(
                    query.sequence(),
                    chosen.instance(),
                    prefillTokens,
                    query.blocks(),
                    query.tokens() % blockTokens != 0));
            tell(query, options, place);
            return new Frame.RouteAnswer(query.sequence(), chosen.instance(), chosen.overlapBlocks(), chosen.cost());
        }

        private int blockTokens(long instance) {
            Instance known = directory.instances().get(instance);
            return known == null ? 1 : known.card().kvBlockTokens();
        }

        /// Workers whose connection stands; those without one only if there are no others, because they are probably
        /// dead.
        private List<Option> options(Frame.RouteQuery query) {
            List<Option> connected = options(query, true);
            return connected.isEmpty() ? options(query, false) : connected;
        }

        private List<Option> options(Frame.RouteQuery query, boolean whichConnected) {
            int[] overlaps = workers.overlaps(query.blocks());
            List<Option> options = new ArrayList<>(overlaps.length);
            for (WorkerLink worker : workers.all()) {
                Instance instance = worker.instance();
                boolean fits = instance.card().model().equals(query.model())
                        && worker.isConnected() == whichConnected
                        && Arrays.binarySearch(query.excluded(), instance.id()) < 0;
                if (fits) {
                    options.add(option(query, worker, overlaps[worker.slot()]));
                }
            }
            return options;
        }

        /// What a sequence under way on the worker has of the prompt counts as held: it is, or is being computed, and
        /// whoever waits behind it finds it.
        private Option option(Frame.RouteQuery query, WorkerLink worker, int indexed) {
            long instance = worker.instance().id();
            int held = sight.overlapBlocks(instance, query.blocks(), indexed);
            int overlap = Math.max(held, book.prefixInUse(instance, query.blocks()));
            int blockTokens = worker.instance().card().kvBlockTokens();
            long prefill = Math.max(0, query.tokens() - (long) overlap * blockTokens) + book.prefillTokens(instance);
            int decode = book.decodeBlocksWith(instance, query.blocks(), query.tokens() % blockTokens != 0);
            return new Option(instance, overlap, prefill, decode, worker.held(), cost.of(prefill, decode, blockTokens));
        }

        private void tell(Frame.RouteQuery query, List<Option> options, int place) {
            Option chosen = options.get(place);
            int bestOverlap = 0;
            double nextCost = options.size() == 1 ? chosen.cost() : Double.POSITIVE_INFINITY;
            for (int i = 0; i < options.size(); i++) {
                bestOverlap = Math.max(bestOverlap, options.get(i).overlapBlocks());
                nextCost = i == place
                        ? nextCost
                        : Math.min(nextCost, options.get(i).cost());
            }
            events.emit(new RoutingEvent.RouteDecided(
                    query.request(),
                    query.attempt(),
                    chosen.instance(),
                    query.blocks().length,
                    chosen.overlapBlocks(),
                    bestOverlap,
                    chosen.decodeBlocks(),
                    chosen.prefillTokens(),
                    chosen.cost(),
                    nextCost,
                    options.size()));
        }
    }
}
