package io.faultline.runtime.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.event.RoutingEvent.ResyncCause;
import io.faultline.runtime.history.RoutingSnapshot.Decision;
import io.faultline.runtime.history.RoutingSnapshot.FallbackView;
import io.faultline.runtime.history.RoutingSnapshot.RouterView;
import io.faultline.runtime.history.RoutingSnapshot.RoutingSecond;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows({"KV-1", "REQ-6"})
@DisplayName("KV-1 REQ-6: what routers decided and when frontends did without, from the events alone")
class RoutingFoldTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String ROUTER = "router-0";
    private static final String FRONTEND = "frontend-0";
    private static final long INSTANCE = 77;

    private final RoutingFold fold = new RoutingFold();
    private long nowNanos;
    private long sequence;

    private void tell(String node, EventRecord record) {
        fold.apply(new ClusterEvent(sequence++, nowNanos, new NodeId(node), record));
    }

    private void decide(int promptBlocks, int overlap, int best) {
        tell(
                ROUTER,
                new RoutingEvent.RouteDecided(
                        "request-" + sequence, 0, INSTANCE, promptBlocks, overlap, best, 40, 160, 50.5, 60, 3));
    }

    private void startRouter() {
        tell(ROUTER, new NodeEvent.NodeStarted(NodeRole.ROUTER));
        tell(ROUTER, new RoutingEvent.RouterReady(5, 3, 2, 1_000, 20));
    }

    // ---- decisions

    @Test
    void aDecisionNamesTheWorkersNode() {
        tell("decode-2", new DiscoveryEvent.InstanceRegistered(INSTANCE, "backend", "m", 100, 16, SECOND));
        nowNanos = 3 * SECOND;
        decide(10, 4, 6);

        Decision decision = fold.snapshot().decisions().getFirst();
        assertThat(decision.worker()).isEqualTo("decode-2");
        assertThat(decision.router()).isEqualTo(ROUTER);
        assertThat(decision.atNanos()).isEqualTo(3 * SECOND);
        assertThat(decision.overlap()).isEqualTo(0.4, within(1e-9));
        assertThat(decision.bestOverlapBlocks()).isEqualTo(6);
        assertThat(decision.cost()).isEqualTo(50.5);
        assertThat(decision.nextCost()).isEqualTo(60);
    }

    @Test
    void anUnknownInstanceKeepsItsNumber() {
        decide(0, 0, 0);

        Decision decision = fold.snapshot().decisions().getFirst();
        assertThat(decision.worker()).isEqualTo("77");
        assertThat(decision.overlap()).as("a prompt without full blocks").isZero();
    }

    @Test
    void theNewestDecisionsAreKeptOldestFirst() {
        for (int i = 0; i < RoutingFold.DECISIONS_KEPT + 5; i++) {
            nowNanos = i;
            decide(10, 1, 1);
        }

        RoutingSnapshot snapshot = fold.snapshot();
        assertThat(snapshot.decisions()).hasSize(RoutingFold.DECISIONS_KEPT);
        assertThat(snapshot.decisions().getFirst().atNanos()).isEqualTo(5);
        assertThat(snapshot.decisions().getLast().atNanos()).isEqualTo(RoutingFold.DECISIONS_KEPT + 4);
        assertThat(snapshot.decided()).isEqualTo(RoutingFold.DECISIONS_KEPT + 5L);
    }

    @Test
    void hitRatesAreWeighedByPromptWithinASecond() {
        decide(10, 10, 10);
        nowNanos = SECOND - 1;
        decide(90, 0, 0);
        nowNanos = SECOND;
        decide(10, 5, 5);
        nowNanos = 4 * SECOND;
        decide(10, 0, 0);

        assertThat(fold.snapshot().seconds())
                .containsExactly(
                        new RoutingSecond(0, 2, 100, 10),
                        new RoutingSecond(1, 1, 10, 5),
                        new RoutingSecond(4, 1, 10, 0));
        assertThat(fold.snapshot().seconds().getFirst().hitRate()).isEqualTo(0.1, within(1e-9));
    }

    @Test
    void theLastTenMinutesAreKept() {
        for (int second = 0; second <= RoutingFold.SECONDS_KEPT; second++) {
            nowNanos = second * SECOND;
            decide(1, 0, 0);
        }

        assertThat(fold.snapshot().seconds()).hasSize(RoutingFold.SECONDS_KEPT);
        assertThat(fold.snapshot().seconds().getFirst().second()).isEqualTo(1);
    }

    // ---- routers

    @Test
    void aRouterIsReadyWhenItSaysSoAndNotWhenItEnded() {
        tell(ROUTER, new NodeEvent.NodeStarted(NodeRole.ROUTER));
        assertThat(router().isReady()).isFalse();

        tell(ROUTER, new RoutingEvent.RouterReady(5, 3, 2, 1_000, 20));
        assertThat(router()).isEqualTo(new RouterView(ROUTER, true, 3, 2, 1_000, 0, 0));

        tell(ROUTER, new RoutingEvent.RouterObserved(4, 4, 1_200, 9, 0, 0, 0, 0));
        assertThat(router()).isEqualTo(new RouterView(ROUTER, true, 4, 4, 1_200, 9, 0));

        tell(ROUTER, new NodeEvent.NodeStopped(StopKind.KILLED, "kill"));
        assertThat(router()).isEqualTo(new RouterView(ROUTER, false, 0, 0, 0, 0, 0));
    }

    @Test
    void whatARouterDecidedOutlivesIt() {
        startRouter();
        decide(1, 0, 0);
        decide(1, 0, 0);
        tell(ROUTER, new NodeEvent.NodeStopped(StopKind.KILLED, "kill"));
        startRouter();
        decide(1, 0, 0);

        assertThat(router().decided()).isEqualTo(3);
    }

    @Test
    void othersAreNoRouters() {
        tell("decode-0", new NodeEvent.NodeStarted(NodeRole.DECODE));

        assertThat(fold.snapshot().routers()).isEmpty();
    }

    private RouterView router() {
        return fold.snapshot().routers().getFirst();
    }

    // ---- fallbacks

    @Test
    void aFallbackLastsUntilARouterAnswersAgain() {
        nowNanos = 5;
        tell(FRONTEND, new RoutingEvent.RouterFallbackStarted("least-loaded", "closed the connection"));
        assertThat(fold.snapshot().fallbacks())
                .containsExactly(new FallbackView(FRONTEND, 5, -1, "least-loaded", "closed the connection", 0));

        nowNanos = 9;
        tell("frontend-1", new RoutingEvent.RouterFallbackStarted("least-loaded", "is silent"));
        tell(FRONTEND, new RoutingEvent.RouterFallbackEnded(4, 31));

        assertThat(fold.snapshot().fallbacks())
                .containsExactly(
                        new FallbackView("frontend-1", 9, -1, "least-loaded", "is silent", 0),
                        new FallbackView(FRONTEND, 5, 9, "least-loaded", "closed the connection", 31));
    }

    @Test
    void aFallbackEndsWithItsFrontend() {
        tell(FRONTEND, new RoutingEvent.RouterFallbackStarted("random", "is silent"));
        nowNanos = 7;
        tell(FRONTEND, new NodeEvent.NodeStopped(StopKind.KILLED, "kill"));

        assertThat(fold.snapshot().fallbacks().getFirst().untilNanos()).isEqualTo(7);
    }

    // ---- sums

    @Test
    void theFirstWordOfAWorkerIsNoResync() {
        tell(ROUTER, new RoutingEvent.KvIndexResynced(INSTANCE, ResyncCause.NEW_WORKER, 10, -1, 1));
        tell(ROUTER, new RoutingEvent.KvIndexResynced(INSTANCE, ResyncCause.GAP, 10, 3, 1));
        tell(ROUTER, new RoutingEvent.KvIndexResynced(INSTANCE, ResyncCause.RESTARTED, 10, -1, 1));
        tell(FRONTEND, new RoutingEvent.RouteDeclined("r", 0, "inhibited"));

        assertThat(fold.snapshot().resyncs()).isEqualTo(2);
        assertThat(fold.snapshot().declined()).isEqualTo(1);
    }
}
