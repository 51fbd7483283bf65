package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.host.embedded.ApiServer;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.text.ByteTokenizer;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A killed frontend of the embedded cluster is as dead to its clients as a process would be, and comes back where it
/// was.
class EmbeddedFrontendKillTest {
    private static final NodeId FRONTEND = new NodeId("frontend-0");

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 2, 2048, 1024, 64, 8.0, 3, 2_000_000_000L), new ByteTokenizer(), 3);
    private final ApiServer api = new ApiServer(cluster);

    @AfterEach
    void stop() {
        api.stop();
        cluster.close();
    }

    @Test
    void theApiGoesAndComesWithItsFrontend() throws Exception {
        int port = api.start(0);
        awaitReady(port);
        try (RawClient streaming = new RawClient(port);
                RawClient idle = new RawClient(port)) {
            streaming.post(
                    "/v1/completions",
                    "{\"model\":\"m\",\"prompt\":\"hi\",\"stream\":true,\"ignore_eos\":true,\"max_tokens\":2000}");
            assertThat(streaming.head()).startsWith("HTTP/1.1 200");
            streaming.chunk();
            assertThat(idle.get("/live").response().status()).isEqualTo(200);

            cluster.onOperatorLoop(() -> cluster.kill(FRONTEND));

            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(endsInside(streaming)).as("the stream broke off").isTrue();
        }
        cluster.onOperatorLoop(() -> cluster.start(FRONTEND));
        awaitReady(port);
        try (RawClient client = new RawClient(port)) {
            assertThat(client.post("/v1/completions", "{\"model\":\"m\",\"prompt\":\"hi\",\"max_tokens\":3}")
                            .response()
                            .status())
                    .isEqualTo(200);
        }
    }

    private static boolean endsInside(RawClient streaming) {
        try {
            while (!streaming.chunk().isEmpty()) {
                // What was on its way.
            }
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private static void awaitReady(int port) throws IOException {
        while (true) {
            try (RawClient client = new RawClient(port)) {
                if (client.get("/health").response().status() == 200) {
                    return;
                }
            } catch (SocketException _) {
                // Not there yet, or not any more.
            }
        }
    }
}
