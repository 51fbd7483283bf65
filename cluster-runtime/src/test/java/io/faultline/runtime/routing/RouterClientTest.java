package io.faultline.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.RoutingEvent.RouterFallbackEnded;
import io.faultline.runtime.event.RoutingEvent.RouterFallbackStarted;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.LoopbackNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows("REQ-6")
@DisplayName("REQ-6: a frontend asks a router, and does without one at once")
class RouterClientTest {
    private static final long MS = 1_000_000L;
    private static final long ANSWER_MS = 50;

    private final ManualLoop loop = new ManualLoop();
    private final LoopbackNetwork network = new LoopbackNetwork(loop);
    private final List<EventRecord> events = new ArrayList<>();
    private final List<OptionalLong> answers = new ArrayList<>();
    private final RouterClient client = new RouterClient(
            loop, new RandomSource(3), network.transportFor("frontend-0"), RoutingConfig.kv(2), events::add);
    private int requests;

    @Test
    void theRouterThatIsAskedNamesTheInstance() {
        Router router = appear("router-0", 1);

        RoutedSequence sequence = ask();
        assertThat(sequence.isWaiting()).isTrue();
        loop.runFor(MS);
        router.answer(7);

        assertThat(answers).containsExactly(OptionalLong.of(7));
        assertThat(sequence.isWaiting()).isFalse();
        assertThat(events).isEmpty();
    }

    @Test
    void withoutARouterNobodyWaits() {
        assertThat(ask().isWaiting()).isFalse();
        assertThat(ask().isWaiting()).isFalse();
        assertThat(events).hasSize(1).first().isInstanceOf(RouterFallbackStarted.class);

        appear("router-0", 1);

        assertThat(events)
                .last()
                .isInstanceOfSatisfying(
                        RouterFallbackEnded.class,
                        ended -> assertThat(ended.requests()).isEqualTo(2));
        assertThat(ask().isWaiting()).isTrue();
    }

    @Test
    void questionsOfADeadRouterGoToTheNextAtOnce() {
        Router first = appear("router-0", 1);
        Router second = appear("router-1", 2);
        ask();
        loop.runFor(MS);
        Router asked = first.asked() > 0 ? first : second;
        Router other = asked == first ? second : first;

        asked.die();
        loop.runFor(MS);
        other.answer(9);

        assertThat(answers).containsExactly(OptionalLong.of(9));
        assertThat(events).isEmpty();
    }

    @Test
    void theLastDeadRouterLeavesItsQuestionsToTheFrontendAtOnce() {
        Router router = appear("router-0", 1);
        ask();
        loop.runFor(MS);
        long before = loop.now();

        router.die();
        loop.runDue();

        assertThat(answers).containsExactly(OptionalLong.empty());
        assertThat(loop.now()).isEqualTo(before);
        assertThat(client.isFallenBack()).isTrue();
    }

    @Test
    void aSilentRouterIsWaitedForOnceAndAskedAgainAfterItAnsweredAPing() {
        appear("router-0", 1);
        network.silence("router-0");
        ask();
        loop.runFor((ANSWER_MS - 1) * MS);
        assertThat(answers).isEmpty();
        loop.runFor(2 * MS);
        assertThat(answers).containsExactly(OptionalLong.empty());

        assertThat(ask().isWaiting()).as("a second question to a silent router").isFalse();
        network.hear("router-0");
        loop.runFor(3_000 * MS);
        assertThat(client.isFallenBack()).isFalse();
        assertThat(ask().isWaiting()).isTrue();
    }

    /// A pause of the frontend's own process is no silence of the router's.
    @Test
    void itsOwnPauseIsNotBlamedOnTheRouter() {
        Router router = appear("router-0", 1);
        ask();
        loop.runFor(MS);
        loop.standStillFor(500 * MS);
        router.sendAnswer(7);
        loop.runFor(MS);

        assertThat(answers).containsExactly(OptionalLong.of(7));
        assertThat(events).isEmpty();
    }

    @Test
    void aCancelledQuestionHearsNothing() {
        Router router = appear("router-0", 1);
        RoutedSequence sequence = ask();
        loop.runFor(MS);

        sequence.over();
        router.answer(7);
        loop.runFor(1_000 * MS);

        assertThat(answers).isEmpty();
        assertThat(router.heard(Frame.SequenceOver.class)).hasSize(1);
        assertThat(events).isEmpty();
    }

    @Test
    void everyRouterHearsWhatRunsWhereAlsoOneThatComesLater() {
        Router first = appear("router-0", 1);
        RoutedSequence sequence = ask();
        loop.runFor(MS);
        first.answer(7);
        sequence.sentTo(7);
        RoutedSequence ended = ask();
        ended.sentTo(8);
        ended.over();

        Router second = appear("router-1", 2);
        sequence.prefilled();
        sequence.over();
        loop.runFor(MS);

        assertThat(first.heard(Frame.SequenceStarted.class)).hasSize(2);
        assertThat(second.heard(Frame.SequenceStarted.class)).singleElement().satisfies(started -> {
            assertThat(started.instance()).isEqualTo(7);
            assertThat(started.blocks()).hasSize(2);
            assertThat(started.hasTail()).isTrue();
        });
        assertThat(second.heard(Frame.SequencePrefilled.class)).hasSize(1);
        assertThat(second.heard(Frame.SequenceOver.class)).hasSize(1);
    }

    private RoutedSequence ask() {
        GenerateRequest request = new GenerateRequest(
                "r" + requests++,
                0,
                "m",
                new int[40],
                new StopConditions(5, 0, true, List.of()),
                new SamplingOptions(1, 1, 1),
                0,
                0);
        return client.route(request, 16, new long[0], answers::add);
    }

    private Router appear(String name, long id) {
        Router router = new Router(name);
        client.appeared(new Instance(
                id,
                name,
                "dynamo",
                Instance.ROUTER,
                "find-best-worker",
                new Address(name),
                new ModelCard("", 0, 0, 0, 0, 0)));
        loop.runFor(MS);
        return router;
    }

    /// A router whose answers are the test's.
    private final class Router implements ConnectionListener {
        private final String name;
        private final List<Frame> frames = new ArrayList<>();
        private Connection connection = Connection.NONE;

        Router(String name) {
            this.name = name;
            network.transportFor(name).listen(accepted -> {
                connection = accepted;
                return this;
            });
        }

        int asked() {
            return heard(Frame.RouteQuery.class).size();
        }

        /// Answers the newest question.
        void answer(long instance) {
            sendAnswer(instance);
            loop.runFor(MS);
        }

        void sendAnswer(long instance) {
            long sequence = heard(Frame.RouteQuery.class).getLast().sequence();
            connection.send(new Frame.RouteAnswer(sequence, instance, 1, 2));
        }

        void die() {
            network.kill(name);
        }

        <F extends Frame> List<F> heard(Class<F> type) {
            return frames.stream().filter(type::isInstance).map(type::cast).toList();
        }

        @Override
        public void opened() {}

        @Override
        public void received(Frame frame) {
            frames.add(frame);
            if (frame instanceof Frame.Ping(long number)) {
                connection.send(new Frame.Pong(number, true));
            }
        }

        @Override
        public void closed(CloseReason reason) {}
    }
}
