package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How long a connection waits for its client, on a channel whose time stands still until the test moves it.
class ConnectionTimeoutTest {
    private static final HttpFrontendConfig CONFIG = HttpFrontendConfig.defaults();

    private final BodyBudget budget = new BodyBudget(CONFIG.limits());
    private final ServerStage stage = new ServerStage(CONFIG.limits(), WireListener.NONE);
    private EmbeddedChannel channel;

    @BeforeEach
    void connect() {
        HeadCheck heads = new HeadCheck(
                new RouteTable().add("GET", "/live", new LiveEndpoint(stage, 1)).add("POST", "/slow", exchange -> {}),
                CONFIG.limits(),
                stage);
        channel = new EmbeddedChannel();
        channel.freezeTime();
        new HttpConnection(channel, CONFIG, heads, budget, stage).install();
        channel.pipeline().fireChannelActive();
    }

    @AfterEach
    void disconnect() {
        var _ = channel.close();
        channel.releaseOutbound();
        assertThat(budget.taken())
                .as("bytes of bodies that are still accounted for")
                .isZero();
    }

    @Test
    void aClientThatSaysNothingIsHungUpOnAfterTenSeconds() {
        pass(9_999);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(sent()).isEmpty();
    }

    @Test
    void aHeadMayNotTrickleIn() {
        receive("GET /li");
        for (int i = 0; i < 9; i++) {
            pass(1_000);
            receive("v");
        }
        assertThat(sent()).isEmpty();
        pass(1_000);
        assertThat(sent()).startsWith("HTTP/1.1 408 Request Timeout").contains("connection: close");
        assertThat(channel.isOpen()).as("lingers for the client to read it").isTrue();
        pass(2_000);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionIsKeptForTheNextRequestForSeventyFiveSeconds() {
        for (int i = 0; i < 3; i++) {
            receive("GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(sent()).startsWith("HTTP/1.1 200 OK");
            pass(74_999);
        }
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(sent()).isEmpty();
    }

    @Test
    void theNextHeadHasItsOwnTenSeconds() {
        receive("GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
        sent();
        pass(70_000);
        receive("G");
        pass(9_999);
        assertThat(sent()).isEmpty();
        pass(1);
        assertThat(sent()).startsWith("HTTP/1.1 408");
    }

    @Test
    void aBodyMayNotPauseForTenSeconds() {
        receive("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
        pass(9_999);
        receive("d");
        pass(9_999);
        assertThat(sent()).isEmpty();
        pass(1);
        assertThat(sent()).startsWith("HTTP/1.1 408");
    }

    @Test
    void aBodyMayNotTrickleInForEver() {
        receive("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
        for (int i = 0; i < 23; i++) {
            pass(5_000);
            receive("x");
        }
        assertThat(sent()).isEmpty();
        pass(5_000);
        assertThat(sent()).as("120 s after the head").startsWith("HTTP/1.1 408");
    }

    @Test
    void aRequestThatIsServedIsWaitedForAsLongAsItMayTake() {
        receive("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
        pass(601_999);
        assertThat(sent()).isEmpty();
        pass(1);
        assertThat(sent()).startsWith("HTTP/1.1 504 Gateway Timeout");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aRefusalLingersTwoSecondsForAClientThatStillSends() {
        receive("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
        assertThat(sent()).startsWith("HTTP/1.1 413");
        pass(1_999);
        receive("x".repeat(1000));
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    private String sent() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return text.toString();
    }
}
