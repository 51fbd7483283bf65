package io.faultline.runtime.routing;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.kv.BlockHash;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.StreamTable;
import io.faultline.runtime.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A frontend's way to the routers. It asks one of them, the same as long as that one answers, and tells all of them
/// what it sent where, so that each knows the load of all frontends without a word between routers; one that comes
/// (back) is told everything that is under way.
///
/// A router that breaks off, or is silent for [RoutingConfig#answerNanos], is not asked again until it answered a
/// ping. Its questions go to another router while there is time; without one they are answered at once with nobody,
/// and the frontend chooses by itself: a *fallback*, which lasts until a router answers again. Confined to the loop.
public final class RouterClient {
    private final NodeLoop loop;
    private final Transport transport;
    private final RoutingConfig config;
    private final EventSink events;
    private final TreeMap<Long, RouterLink> routers = new TreeMap<>();
    private final StreamTable<Sequence> open = new StreamTable<>();
    private final long spread;
    private long lastSequence;
    private long asked;
    private boolean isFallenBack;
    private long fallenBackNanos;
    private long routedAlone;

    public RouterClient(
            NodeLoop loop, RandomSource random, Transport transport, RoutingConfig config, EventSink events) {
        this.loop = loop;
        this.transport = transport;
        this.config = config;
        this.events = events;
        this.spread = random.fork("router-choice").nextLong();
    }

    // ---- who is there

    public void appeared(Instance router) {
        if (config.mode() == RoutingMode.KV && !routers.containsKey(router.id())) {
            RouterLink link = new RouterLink(loop, transport, config, router.address(), new Heard(router.id()));
            routers.put(router.id(), link);
            link.connect();
        }
    }

    public void vanished(Instance router) {
        RouterLink link = routers.remove(router.id());
        if (link != null) {
            link.close();
            lost(router.id(), "router " + router.node() + " left discovery");
        }
    }

    public void close() {
        routers.values().forEach(RouterLink::close);
        routers.clear();
    }

    /// True while this frontend chooses by itself because no router answers.
    public boolean isFallenBack() {
        return isFallenBack;
    }

    // ---- sequences

    /// Asks which worker to send a request to. Without a router to ask, the sequence does not wait for an answer.
    /// @param blockTokens tokens of the model's KV blocks
    /// @param excluded instances that are not wanted, in ascending order
    /// @param answer hears the instance, or nobody, in a later turn, unless the sequence is over before
    public RoutedSequence route(
            GenerateRequest request, int blockTokens, long[] excluded, Consumer<OptionalLong> answer) {
        if (config.mode() != RoutingMode.KV) {
            return RoutedSequence.UNTRACKED;
        }
        Sequence sequence =
                new Sequence(++lastSequence, request, blockTokens, excluded, loop.now() + config.answerNanos(), answer);
        open.put(sequence.number, sequence);
        if (!ask(sequence)) {
            alone("no router answers");
            routedAlone++;
        }
        return sequence;
    }

    /// False when there is nobody to ask.
    private boolean ask(Sequence sequence) {
        Long chosen = choose();
        RouterLink router = chosen == null ? null : routers.get(chosen);
        if (chosen == null || router == null) {
            sequence.stopWaiting();
            return false;
        }
        asked = chosen;
        sequence.router = chosen;
        sequence.waitUntil(sequence.dueNanos);
        router.send(new Frame.RouteQuery(
                sequence.number,
                sequence.request.requestId(),
                sequence.request.attempt(),
                sequence.request.model(),
                sequence.request.tokens().length,
                sequence.blocks,
                sequence.excluded));
        return true;
    }

    /// The router asked last if it answers, otherwise the next one that does; frontends begin with different ones.
    private @Nullable Long choose() {
        RouterLink last = routers.get(asked);
        if (last != null && last.isUsable()) {
            return asked;
        }
        List<Long> usable = new ArrayList<>();
        routers.forEach((id, link) -> {
            if (link.isUsable()) {
                usable.add(id);
            }
        });
        return usable.isEmpty() ? null : usable.get((int) Long.remainderUnsigned(spread + asked, usable.size()));
    }

    private void tellAll(Frame.Route frame) {
        routers.values().forEach(router -> router.send(frame));
    }

    // ---- failures and what follows

    /// A router's questions go to another one, or to nobody.
    private void lost(long router, String why) {
        List<Sequence> orphans =
                open.inOrder().stream().filter(s -> s.router == router).toList();
        boolean isAnyLeft = routers.values().stream().anyMatch(RouterLink::isUsable);
        if (!isAnyLeft) {
            alone(why);
        }
        for (Sequence orphan : orphans) {
            if (orphan.dueNanos <= loop.now() || !ask(orphan)) {
                orphan.nobodyAnswered();
            }
        }
    }

    private void alone(String why) {
        if (!isFallenBack) {
            isFallenBack = true;
            fallenBackNanos = loop.now();
            routedAlone = 0;
            events.emit(new RoutingEvent.RouterFallbackStarted(config.fallback().label(), why));
        }
    }

    private void answersAgain() {
        if (isFallenBack) {
            isFallenBack = false;
            events.emit(new RoutingEvent.RouterFallbackEnded(loop.now() - fallenBackNanos, routedAlone));
        }
    }

    /// What one router says.
    private final class Heard implements RouterLink.Listener {
        private final long router;

        Heard(long router) {
            this.router = router;
        }

        @Override
        public void connected(RouterLink link) {
            for (Sequence sequence : open.inOrder()) {
                if (sequence.isSent) {
                    link.send(sequence.started());
                }
            }
        }

        @Override
        public void usable() {
            answersAgain();
        }

        @Override
        public void unusable(String why) {
            lost(router, why);
        }

        @Override
        public void answered(Frame.RouteAnswer answer) {
            Sequence sequence = open.get(answer.sequence());
            if (sequence != null && sequence.router == router) {
                sequence.overlapBlocks = answer.overlapBlocks();
                sequence.answered(OptionalLong.of(answer.instance()));
            }
        }

        @Override
        public void knowsNobody(long number) {
            Sequence sequence = open.get(number);
            if (sequence != null && sequence.router == router) {
                sequence.answered(OptionalLong.empty());
            }
        }
    }

    private final class Sequence implements RoutedSequence {
        private final long number;
        private final GenerateRequest request;
        private final int blockTokens;
        private final long[] blocks;
        private final long[] excluded;
        private final Consumer<OptionalLong> answer;
        private final long dueNanos;
        /// The router that is asked; 0 = none.
        private long router;

        private NodeLoop.Timer timeout = () -> {};
        private boolean isExcused;
        private boolean isSent;
        private boolean isPrefilled;
        private long instance;
        private int overlapBlocks;

        Sequence(
                long number,
                GenerateRequest request,
                int blockTokens,
                long[] excluded,
                long dueNanos,
                Consumer<OptionalLong> answer) {
            this.number = number;
            this.request = request;
            this.blockTokens = blockTokens;
            this.blocks = BlockHash.ofPrompt(request.tokens(), blockTokens);
            this.excluded = excluded;
            this.dueNanos = dueNanos;
            this.answer = answer;
        }

        void waitUntil(long untilNanos) {
            timeout.cancel();
            timeout = loop.after(Math.max(0, untilNanos - loop.now()), () -> timedOut(untilNanos));
        }

        /// If this loop was late itself, the answer may be waiting behind this very task.
        private void timedOut(long sinceNanos) {
            long lateNanos = loop.now() - sinceNanos;
            if (!isExcused && lateNanos > config.answerNanos() / 4) {
                isExcused = true;
                waitUntil(loop.now() + config.answerNanos());
                return;
            }
            RouterLink silent = routers.get(router);
            if (silent == null || !silent.isUsable()) {
                nobodyAnswered();
            } else {
                silent.suspect("no answer within " + config.answerNanos() / 1_000_000 + " ms");
            }
        }

        void nobodyAnswered() {
            routedAlone += isFallenBack ? 1 : 0;
            answered(OptionalLong.empty());
        }

        void answered(OptionalLong chosen) {
            stopWaiting();
            answer.accept(chosen);
        }

        void stopWaiting() {
            router = 0;
            timeout.cancel();
        }

        Frame.SequenceStarted started() {
            int tokens = request.tokens().length;
            int prefillTokens = isPrefilled ? 0 : Math.max(0, tokens - overlapBlocks * blockTokens);
            return new Frame.SequenceStarted(number, instance, prefillTokens, blocks, tokens % blockTokens != 0);
        }

        @Override
        public boolean isWaiting() {
            return router != 0;
        }

        @Override
        public void sentTo(long worker) {
            isSent = true;
            instance = worker;
            tellAll(started());
        }

        @Override
        public void prefilled() {
            if (!isPrefilled) {
                isPrefilled = true;
                tellAll(new Frame.SequencePrefilled(number));
            }
        }

        @Override
        public void over() {
            stopWaiting();
            if (open.remove(number) != null) {
                tellAll(new Frame.SequenceOver(number));
            }
        }
    }
}
