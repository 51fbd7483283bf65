package io.faultline.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Both ends of the request plane over one connection.
class RequestPlaneTest {
    private static final long SECOND = 1_000_000_000L;
    private static final RequestPlaneConfig CONFIG = RequestPlaneConfig.defaults();

    private final ManualLoop loop = new ManualLoop();
    private final LoopbackNetwork network = new LoopbackNetwork(loop);
    private final List<Long> opened = new ArrayList<>();
    private final List<Long> cancelled = new ArrayList<>();
    private final List<RequestError> failures = new ArrayList<>();
    private final RequestPlaneServer server = new RequestPlaneServer(loop, CONFIG, new Recording());
    private final RequestPlaneClient client = new RequestPlaneClient(loop, network.transportFor("frontend"), CONFIG);

    @BeforeEach
    void listen() {
        server.listen(network.transportFor("worker"));
    }

    @Test
    @DisplayName("CAN-2: a worker gives up a client that vanished without a word, within six seconds")
    @Shows("CAN-2")
    void streamsOfAVanishedClientEnd() {
        open();
        network.deafen("worker");
        loop.runFor(CONFIG.orphanNanos());
        assertThat(cancelled).isEmpty();

        loop.runFor(6 * SECOND - CONFIG.orphanNanos());
        assertThat(cancelled).containsExactlyElementsOf(opened);
        assertThat(server.openStreams()).isZero();
        assertThat(failures)
                .as("the client that still hears is told")
                .singleElement()
                .extracting(RequestError::type)
                .isEqualTo(ErrorType.DISCONNECTED);
    }

    @Test
    void aStreamOnWhichNothingHappensIsKeptByHeartbeatsOfBothSides() {
        open();
        loop.runFor(600 * SECOND);
        assertThat(cancelled).isEmpty();
        assertThat(failures).isEmpty();
        assertThat(server.openStreams()).isEqualTo(1);
    }

    @Test
    void noStreamNoHeartbeats() {
        open().cancel(true);
        loop.runFor(10 * SECOND);
        assertThat(cancelled).containsExactlyElementsOf(opened);
        assertThat(loop.pending()).isZero();
    }

    @Test
    @DisplayName("CAN-2: both signals, stop and kill, end the sequence once")
    @Shows("CAN-2")
    void aCancelledStreamIsCancelledOnceAndHearsNothing() {
        RequestPlaneClient.TokenStream stopped = open();
        RequestPlaneClient.TokenStream killed = open();
        stopped.cancel(false);
        stopped.cancel(true);
        killed.cancel(true);
        loop.runFor(SECOND);
        assertThat(cancelled).containsExactlyElementsOf(opened);
        assertThat(failures).isEmpty();
    }

    /// CAN-3: the cancellation and the last frame pass each other on the way.
    @Test
    @Shows("CAN-3")
    void aCancellationThatCrossesTheEndIsForgotten() {
        RequestPlaneClient.TokenStream stream = open();
        server.fail(opened.getFirst(), new RequestError(ErrorType.ENGINE_FAILED, "planted"));
        stream.cancel(true);
        loop.runFor(SECOND);
        assertThat(cancelled).isEmpty();
        assertThat(failures).isEmpty();
        assertThat(server.openStreams()).isZero();
    }

    private RequestPlaneClient.TokenStream open() {
        GenerateRequest request = new GenerateRequest(
                "request",
                0,
                "m",
                new int[] {1},
                new StopConditions(9, 0, false, List.of()),
                new SamplingOptions(1, 1, 5),
                0,
                0);
        RequestPlaneClient.TokenStream stream = client.open(new Address("worker"), request, new Failing());
        loop.runFor(1_000_000L);
        return stream;
    }

    private final class Recording implements RequestPlaneServer.GenerateService {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            opened.add(sequence);
        }

        @Override
        public void cancelled(long sequence) {
            cancelled.add(sequence);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public EngineLoad load() {
            return new EngineLoad(0, 0, 0, 0, 0);
        }
    }

    private final class Failing implements StreamListener {
        @Override
        public void prefilled(int cachedTokens) {}

        @Override
        public void token(int token, int position) {}

        @Override
        public void finished(FinishReason reason) {}

        @Override
        public void failed(RequestError error) {
            failures.add(error);
        }
    }
}
