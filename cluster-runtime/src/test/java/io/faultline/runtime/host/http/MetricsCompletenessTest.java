package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.host.embedded.ApiServer;
import io.faultline.runtime.host.embedded.ClusterWatch;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Prometheus finds after a small run with a bit of everything: whole and streamed answers, a client
/// that leaves, a request for nothing, a worker that is killed and comes back.
class MetricsCompletenessTest {
    private static final NodeId VICTIM = new NodeId("decode-0");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    private static EmbeddedCluster cluster;
    private static ApiServer api;
    private static int port;
    private static String text;
    private static final Map<String, String> TYPES = new TreeMap<>();
    private static final Map<String, String> SERIES = new TreeMap<>();

    @BeforeAll
    static void run() throws Exception {
        cluster = EmbeddedCluster.start(
                new ClusterConfig("m", 1, 2, 2048, 2048, 64, 10.0, 3, 30_000_000_000L), new ByteTokenizer(), 7);
        ClusterWatch watch = new ClusterWatch(cluster);
        watch.await(() -> watch.ready(NodeRole.DECODE) == 2);
        // The workers registered before there were any metrics.
        api = new ApiServer(cluster);
        port = api.start(0);
        try (RawClient client = new RawClient(port)) {
            awaitInstances(client, 2);
            assertThat(ask(client, 60, false).response().status()).isEqualTo(200);
            assertThat(ask(client, 60, true).response().status()).isEqualTo(200);
            assertThat(client.post("/v1/completions", "{\"model\":\"none\",\"prompt\":\"x\"}")
                            .response()
                            .status())
                    .isEqualTo(404);
            assertThat(client.post("/v1/completions", "{").response().status()).isEqualTo(400);
            assertThat(client.get("/no/such/path").response().status()).isEqualTo(404);
            killAndRestore(client);
            try (RawClient leaving = new RawClient(port)) {
                ask(leaving, 1900, true).head();
                leaving.reset();
            }
            awaitMetric(client, "faultline_failure_recovery_seconds_count");
            awaitMetric(client, "dynamo_frontend_model_cancellation_total");
            awaitMetric(client, "dynamo_component_cancellation_total\\{[^}]*\\} [1-9]");
        }
        take();
    }

    @AfterAll
    static void stop() {
        api.stop();
        cluster.close();
    }

    /// Keeps requests coming, so that one of them is on the victim when it dies or finds it dead, however long the
    /// machine takes over it.
    private static void killAndRestore(RawClient client) throws Exception {
        List<RawClient> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(ask(new RawClient(port), 400, true));
        }
        for (RawClient stream : streams) {
            stream.head();
            stream.chunk();
        }
        LoadRun load = new ClusterWatch(cluster).call(() -> cluster.load().start(new LoadSpec(4, 0, 8, 8, 100, 0, 0)));
        cluster.onOperatorLoop(() -> cluster.faults().inject(new Fault.WorkerKill(VICTIM), null, "test"));
        awaitMetric(client, "faultline_failure_detection_seconds_count");
        load.drain();
        for (RawClient stream : streams) {
            while (!stream.chunk().isEmpty()) {
                // To its end.
            }
            stream.close();
        }
        cluster.onOperatorLoop(() -> cluster.start(VICTIM));
    }

    private static RawClient ask(RawClient client, int maxTokens, boolean stream) throws Exception {
        return client.post(
                "/v1/chat/completions",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"ignore_eos\":true,\"stream\":"
                        + stream + ",\"max_tokens\":" + maxTokens + "}");
    }

    private static void awaitInstances(RawClient client, int count) throws Exception {
        Response health;
        do {
            health = client.get("/health").response();
        } while (health.body().split("instance_id", -1).length != count + 1);
    }

    private static void awaitMetric(RawClient client, String line) throws Exception {
        Pattern wanted = Pattern.compile(line);
        String metrics;
        do {
            metrics = client.get("/metrics").response().body();
        } while (!wanted.matcher(metrics).find());
    }

    private static void take() throws Exception {
        try (RawClient client = new RawClient(port)) {
            text = client.get("/metrics").response().body();
        }
        for (String line : text.split("\n")) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                TYPES.put(words[2], words[3]);
            } else if (!line.startsWith("#")) {
                int brace = line.indexOf('{');
                String name = line.substring(0, brace < 0 ? line.indexOf(' ') : brace);
                List<String> labels = new ArrayList<>();
                if (brace >= 0) {
                    Matcher label = LABEL.matcher(line.substring(brace, line.lastIndexOf('}')));
                    while (label.find()) {
                        if (!label.group(1).equals("le")) {
                            labels.add(label.group(1));
                        }
                    }
                }
                SERIES.put(name, String.join(" ", labels.stream().sorted().toList()));
            }
        }
    }

    /// Dynamo's names, types and labels.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dynamo_frontend_requests_total                                | counter   | endpoint error_type model request_type status
            dynamo_frontend_requests_started_total                        | counter   | endpoint model request_type
            dynamo_frontend_inflight_requests                             | gauge     | model
            dynamo_frontend_active_requests                               | gauge     | model
            dynamo_frontend_queued_requests                               | gauge     | model
            dynamo_frontend_disconnected_clients                          | gauge     | ''
            dynamo_frontend_request_duration_seconds                      | histogram | model
            dynamo_frontend_time_to_first_token_seconds                   | histogram | model
            dynamo_frontend_inter_token_latency_seconds                   | histogram | model
            dynamo_frontend_input_sequence_tokens                         | histogram | model
            dynamo_frontend_output_sequence_tokens                        | histogram | model
            dynamo_frontend_cached_tokens                                 | histogram | model
            dynamo_frontend_kv_hit_rate                                   | histogram | model
            dynamo_frontend_output_tokens_total                           | counter   | model
            dynamo_frontend_model_total_kv_blocks                         | gauge     | model
            dynamo_frontend_model_max_num_seqs                            | gauge     | model
            dynamo_frontend_model_max_num_batched_tokens                  | gauge     | model
            dynamo_frontend_model_context_length                          | gauge     | model
            dynamo_frontend_model_kv_cache_block_size                     | gauge     | model
            dynamo_frontend_model_migration_limit                         | gauge     | model
            dynamo_frontend_model_migration_total                         | counter   | migration_type model
            dynamo_frontend_model_migration_duration_seconds              | histogram | migration_type model outcome
            dynamo_frontend_model_cancellation_total                      | counter   | endpoint model request_type
            dynamo_frontend_stage_requests                                | gauge     | phase stage
            dynamo_frontend_stage_duration_seconds                        | histogram | phase stage
            dynamo_frontend_worker_active_decode_blocks                   | gauge     | dp_rank worker_id worker_type
            dynamo_frontend_worker_last_time_to_first_token_seconds       | gauge     | dp_rank worker_id worker_type
            dynamo_frontend_worker_last_input_sequence_tokens             | gauge     | dp_rank worker_id worker_type
            dynamo_frontend_worker_last_inter_token_latency_seconds       | gauge     | dp_rank worker_id worker_type
            dynamo_frontend_event_loop_delay_seconds                      | histogram | ''
            dynamo_frontend_event_loop_stall_total                        | counter   | ''
            dynamo_request_plane_inflight_requests                        | gauge     | ''
            dynamo_request_plane_roundtrip_ttft_seconds                   | histogram | ''
            dynamo_component_requests_total            | counter   | dynamo_component dynamo_endpoint dynamo_namespace model worker
            dynamo_component_inflight_requests         | gauge     | dynamo_component dynamo_endpoint dynamo_namespace model worker
            dynamo_component_request_duration_seconds  | histogram | dynamo_component dynamo_endpoint dynamo_namespace model worker
            dynamo_component_errors_total      | counter | dynamo_component dynamo_endpoint dynamo_namespace error_type model worker
            dynamo_component_cancellation_total        | counter   | dynamo_component dynamo_endpoint dynamo_namespace model worker
            dynamo_component_uptime_seconds            | gauge     | dynamo_component dynamo_endpoint dynamo_namespace model worker
            dynamo_component_total_blocks              | gauge     | dynamo_component dynamo_endpoint dynamo_namespace model worker
            dynamo_component_gpu_cache_usage_percent   | gauge     | dynamo_component dynamo_endpoint dynamo_namespace model worker
            dynamo_component_kv_cache_hit_rate         | gauge     | dynamo_component dynamo_endpoint dynamo_namespace model worker
            """)
    void dynamosMetricsAreThere(String name, String type, String labels) {
        assertIsThere(name, type, labels);
    }

    /// What Dynamo leaves out.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            faultline_failure_detection_seconds       | histogram | fault
            faultline_failure_recovery_seconds        | histogram | fault
            faultline_health_transitions_total        | counter   | to
            faultline_instances_inhibited_total       | counter   | because
            faultline_requests_cancelled_total        | counter   | reason
            faultline_migration_recomputed_tokens_total | counter | ''
            faultline_faults_injected_total           | counter   | kind
            faultline_node_starts_total               | counter   | role
            faultline_node_stops_total                | counter   | how
            faultline_http_connections                | gauge     | ''
            faultline_http_connections_accepted_total | counter   | ''
            faultline_http_connections_refused_total  | counter   | ''
            faultline_http_refusals_total             | counter   | code status
            faultline_http_slow_clients_total         | counter   | ''
            faultline_http_body_bytes                 | gauge     | ''
            faultline_http_unsent_bytes               | gauge     | ''
            faultline_engine_running_sequences        | gauge     | worker
            faultline_engine_step_seconds             | histogram | worker
            """)
    void ourOwnAreThere(String name, String type, String labels) {
        assertIsThere(name, type, labels);
    }

    private static void assertIsThere(String name, String type, String labels) {
        assertThat(TYPES).containsEntry(name, type);
        assertThat(SERIES).containsEntry(name + (type.equals("histogram") ? "_count" : ""), labels);
    }

    @Test
    void aLossIsMeasuredByItsFault() {
        assertThat(text)
                .contains("faultline_failure_detection_seconds_count{fault=\"worker-kill\"} 1")
                .contains("faultline_failure_recovery_seconds_count{fault=\"worker-kill\"} 1")
                .contains("faultline_http_refusals_total{code=\"not_found\",status=\"404\"} 1")
                .contains("dynamo_frontend_requests_total{endpoint=\"completions\",error_type=\"validation\","
                        + "model=\"unknown\",request_type=\"unary\",status=\"error\"} 1");
    }

    @Test
    void prometheusOwnCheckFindsNothing() throws Exception {
        Path promtool = promtool();
        assumeTrue(promtool != null, "promtool (Debian package prometheus) is not installed");
        Process check = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = check.getOutputStream()) {
            in.write(withoutDynamosPlanner(text).getBytes(StandardCharsets.UTF_8));
        }
        String found = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(found).isEmpty();
        assertThat(check.waitFor()).isZero();
    }

    /// The planner's series have Dynamo's names, colon and all, so that its dashboards find them; promtool would have
    /// colons for recording rules alone.
    private static String withoutDynamosPlanner(String metrics) {
        return metrics.lines()
                .filter(line -> !line.matches("(# (HELP|TYPE|UNIT) )?planner:.*"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static Path promtool() throws IOException {
        return Stream.of((System.getenv("PATH") + ":/usr/bin:/usr/sbin").split(":"))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
