package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.worker.WorkerPort.Stage;
import io.faultline.runtime.worker.WorkerPort.WorkerState;
import io.netty.channel.DefaultEventLoop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Orders of faults over a real socket, in front of an injector that only notes them.
@Shows({"FLT-3", "FLT-4", "FLT-5"})
class FaultDeskTest {
    private static final NodeId WORKER = new NodeId("decode-0");

    private final DefaultEventLoop thread = new DefaultEventLoop();
    private final HostLoop loop = new HostLoop("operator", thread, 0, _ -> {});
    private final HttpClient client = HttpClient.newHttpClient();
    private final NotingInjector injector = new NotingInjector();
    private final SystemServer server = new SystemServer(
                    SystemServerConfig.defaults().listeningOn("127.0.0.1", 0),
                    () -> new WorkerState(Stage.READY, true, true, "", "generate", 0, 1),
                    loop,
                    _ -> new byte[0])
            .takingFaults(WORKER, injector, loop);
    private int port;

    /// Confined to the loop.
    private static final class NotingInjector implements FaultInjector {
        private final List<ActiveFault> active = new ArrayList<>();
        private final List<@Nullable Duration> durations = new ArrayList<>();

        @Override
        public Result inject(Fault fault, @Nullable Duration duration, String by) {
            if (fault instanceof Fault.WorkerKill) {
                return new Result.Refused("not here");
            }
            String id = fault.kind() + "-1";
            active.add(new ActiveFault(id, fault, 0, by));
            durations.add(duration);
            return new Result.Done(id);
        }

        @Override
        public Result recover(String faultId, String by) {
            return active.removeIf(a -> a.id().equals(faultId))
                    ? new Result.Done(faultId)
                    : new Result.Refused("no active fault has the id '" + faultId + "'");
        }

        @Override
        public void recoverAll(String by) {
            active.clear();
        }

        @Override
        public List<ActiveFault> active() {
            return List.copyOf(active);
        }
    }

    @BeforeEach
    void start() {
        port = ((StartResult.Listening) server.start()).port();
    }

    @AfterEach
    void stop() {
        server.stop().join();
        client.close();
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                at(path).header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void anOrderIsCarriedOutListedAndRevertedOnce() throws Exception {
        HttpResponse<String> done = post(
                "/faults",
                "{\"fault\":\"engine-freeze\",\"afterTokens\":3,\"duration\":1.5,\"by\":\"me\",\"target\":\"decode-0\"}");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body())
                .isEqualTo("{\"fault_id\":\"engine-freeze-1\",\"status\":\"injected\","
                        + "\"fault_type\":\"engine-freeze\",\"target\":\"decode-0\"}");
        assertThat(injector.active())
                .containsExactly(
                        new FaultInjector.ActiveFault("engine-freeze-1", new Fault.EngineFreeze(WORKER, 3), 0, "me"));
        assertThat(injector.durations).containsExactly(Duration.ofMillis(1500));
        assertThat(client.send(at("/faults").build(), BodyHandlers.ofString()).body())
                .isEqualTo("{\"faults\":[{\"fault_id\":\"engine-freeze-1\",\"fault_type\":\"engine-freeze\","
                        + "\"target\":\"decode-0\",\"status\":\"active\",\"by\":\"me\"}],\"count\":1}");
        assertThat(post("/faults/engine-freeze-1/recover", "{}").body())
                .contains("\"status\":\"recovered\"", "engine-freeze-1");
        assertThat(post("/faults/engine-freeze-1/recover", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/faults/engine-freeze-1", "{}").statusCode()).isEqualTo(404);
        assertThat(injector.active()).isEmpty();
    }

    @Test
    void whatIsLeftOutHasItsUsualValue() throws Exception {
        assertThat(post("/faults", "{\"fault_type\":\"worker-slow\"}").statusCode())
                .isEqualTo(200);
        assertThat(injector.active().getFirst().fault()).isEqualTo(new Fault.WorkerSlow(WORKER, 20));
        assertThat(injector.active().getFirst().by()).isEqualTo("the system port");
        assertThat(injector.durations.getFirst()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"fault\":\"engine-frieze\"} | engine-freeze, ",
                "{} | 'fault' is missing",
                "{\"fault\":\"engine-freeze\",\"factor\":3} | engine-freeze has no factor",
                "{\"fault\":\"worker-slow\",\"afterTokens\":3} | worker-slow has no afterTokens",
                "{\"fault\":\"worker-slow\",\"factor\":0.5} | 'factor' must be between 1.0 and 1000.0",
                "{\"fault\":\"worker-slow\",\"factor\":1e9} | 'factor' must be between 1.0 and 1000.0",
                "{\"fault\":\"engine-freeze\",\"duration\":-1} | 'duration' must be between",
                "{\"fault\":\"engine-freeze\",\"duration\":\"20s\"} | 'duration' must be a number",
                "{\"fault\":\"engine-freeze\",\"target\":\"decode-1\"} | 'target' must be decode-0",
                "{\"fault\":\"engine-freeze\",\"when\":1} | 'when' is no field of a fault",
                "{\"fault\":\"engine-freeze\",\"by\":\"\"} | 'by' must have 1 to 100 characters",
                "{\"fault\":\"engine-freeze\"} x | JSON",
                "[] | The body must be an object",
                " | The body must be an object",
            })
    void aMistakeIsNamedAndBreaksNothing(@Nullable String body, String expected) throws Exception {
        HttpResponse<String> refused = post("/faults", body == null ? "" : body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).startsWith("{\"error\":\"").contains(expected);
        assertThat(injector.active()).isEmpty();
    }

    @Test
    void whatCannotBeDoneHereIsAConflict() throws Exception {
        HttpResponse<String> refused = post("/faults", "{\"fault\":\"worker-kill\"}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).isEqualTo("{\"error\":\"not here\"}");
    }

    /// A browser sends such requests for any page, without asking us first.
    @Test
    void noPageInABrowserCanOrderAFault() throws Exception {
        String order = "{\"fault\":\"engine-freeze\"}";
        assertThat(client.send(
                                at("/faults")
                                        .POST(BodyPublishers.ofString(order))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .as("no content type")
                .isEqualTo(415);
        assertThat(client.send(
                                at("/faults")
                                        .header("Content-Type", "text/plain")
                                        .POST(BodyPublishers.ofString(order))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(415);
        for (String host : List.of("evil.example", "evil.example:9090", "127.0.0.1.evil.example")) {
            try (RawClient page = new RawClient(port)) {
                page.send("POST /faults HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + order.length() + "\r\n\r\n" + order);
                assertThat(page.response().status()).isEqualTo(403);
            }
        }
        assertThat(injector.active()).isEmpty();
        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/faults"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }
}
