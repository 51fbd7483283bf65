package io.faultline.runtime.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.PlaybookEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrometheusFoldTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final String FRONTEND = "frontend-0";
    private static final String CHAT = "endpoint=\"chat_completions\"";

    private PrometheusFold fold = new PrometheusFold(MetricsConfig.defaults());
    private long sequence;

    @Test
    void aGoodRequestIsCountedAndMeasured() {
        register("decode-0", 7, "tiny");
        receive("r", "tiny", true);
        assertThat(value("dynamo_frontend_inflight_requests{model=\"tiny\"}")).isEqualTo(1);
        assertThat(value("dynamo_frontend_active_requests{model=\"tiny\"}")).isEqualTo(1);
        assertThat(value("dynamo_frontend_queued_requests{model=\"tiny\"}")).isEqualTo(1);
        at(0, FRONTEND, new RequestEvent.RequestRouted("r", 0, 7, 1));
        at(30, FRONTEND, new RequestEvent.FirstToken("r", 7, 30 * MILLISECOND));
        assertThat(value("dynamo_frontend_queued_requests{model=\"tiny\"}")).isZero();
        assertThat(value("dynamo_frontend_output_tokens_total{model=\"tiny\"}")).isEqualTo(1);
        at(190, FRONTEND, new RequestEvent.TokensDelivered("r", 7, 17));
        assertThat(value("dynamo_frontend_output_tokens_total{model=\"tiny\"}")).isEqualTo(17);
        at(230, FRONTEND, new RequestEvent.RequestCompleted("r", FinishReason.STOP, 100, 19, 64, 230 * MILLISECOND));

        Map<String, Double> all = render();
        assertThat(all)
                .containsEntry(
                        "dynamo_frontend_requests_total{" + CHAT
                                + ",error_type=\"\",model=\"tiny\",request_type=\"stream\",status=\"success\"}",
                        1.0)
                .containsEntry(
                        "dynamo_frontend_requests_started_total{" + CHAT + ",model=\"tiny\",request_type=\"stream\"}",
                        1.0)
                .containsEntry("dynamo_frontend_inflight_requests{model=\"tiny\"}", 0.0)
                .containsEntry("dynamo_frontend_active_requests{model=\"tiny\"}", 0.0)
                .containsEntry("dynamo_frontend_queued_requests{model=\"tiny\"}", 0.0)
                .containsEntry("dynamo_frontend_output_tokens_total{model=\"tiny\"}", 19.0)
                .containsEntry("dynamo_frontend_input_sequence_tokens_sum{model=\"tiny\"}", 100.0)
                .containsEntry("dynamo_frontend_cached_tokens_sum{model=\"tiny\"}", 64.0)
                .containsEntry("dynamo_frontend_output_sequence_tokens_sum{model=\"tiny\"}", 19.0)
                .containsEntry("dynamo_frontend_request_duration_seconds_count{model=\"tiny\"}", 1.0)
                .containsEntry("dynamo_frontend_inter_token_latency_seconds_count{model=\"tiny\"}", 18.0);
        assertThat(all.get("dynamo_frontend_request_duration_seconds_sum{model=\"tiny\"}"))
                .isCloseTo(0.23, within(1e-9));
        assertThat(all.get("dynamo_frontend_time_to_first_token_seconds_sum{model=\"tiny\"}"))
                .isCloseTo(0.03, within(1e-9));
        assertThat(all.get("dynamo_frontend_inter_token_latency_seconds_sum{model=\"tiny\"}"))
                .as("from the first token to the end")
                .isCloseTo(0.2, within(1e-9));
        assertThat(all.get("dynamo_frontend_inter_token_latency_seconds_bucket{model=\"tiny\",le=\"0.013\"}"))
                .as("16 tokens at 10 ms, 2 at 20 ms")
                .isEqualTo(16);
    }

    @ParameterizedTest
    @EnumSource(ErrorType.class)
    void everyFailureHasTheLabelOfTheTable(ErrorType type) {
        register("decode-0", 7, "tiny");
        receive("r", "tiny", false);
        at(5, FRONTEND, new RequestEvent.RequestFailed("r", type, "why", 5 * MILLISECOND));

        assertThat(value("dynamo_frontend_requests_total{" + CHAT + ",error_type=\"" + type.label()
                        + "\",model=\"tiny\",request_type=\"unary\",status=\"error\"}"))
                .isEqualTo(1);
        assertThat(value("dynamo_frontend_inflight_requests{model=\"tiny\"}")).isZero();
        assertThat(value("dynamo_frontend_queued_requests{model=\"tiny\"}")).isZero();
    }

    @Test
    void refusalsUnderLoadAreToldFromThoseWithoutAWorker() {
        register("decode-0", 7, "tiny");
        receive("a", "tiny", false);
        at(
                1,
                FRONTEND,
                new RequestEvent.RequestRejected(
                        "a", ErrorType.RESOURCE_EXHAUSTED, RejectReason.ALL_BUSY, 2, 2, 9, -1, 1));
        receive("b", "tiny", false);
        at(
                1,
                FRONTEND,
                new RequestEvent.RequestRejected("b", ErrorType.UNAVAILABLE, RejectReason.NO_INSTANCE, 0, 0, 0, -1, 1));

        assertThat(value("dynamo_frontend_model_rejection_total{" + CHAT + ",model=\"tiny\"}"))
                .isEqualTo(1);
        assertThat(value("dynamo_frontend_requests_total{" + CHAT
                        + ",error_type=\"unavailable\",model=\"tiny\",request_type=\"unary\",status=\"error\"}"))
                .isEqualTo(1);
    }

    @Test
    void clientsThatGoAreCounted() {
        register("decode-0", 7, "tiny");
        receive("a", "tiny", true);
        at(10, FRONTEND, new RequestEvent.FirstToken("a", 7, 10));
        at(20, FRONTEND, new RequestEvent.RequestCancelled("a", StopReason.CLIENT_GONE, 3, 20));
        receive("b", "tiny", true);
        at(30, FRONTEND, new RequestEvent.RequestCancelled("b", StopReason.OPERATOR, 0, 20));

        assertThat(value("dynamo_frontend_disconnected_clients")).isEqualTo(1);
        assertThat(value("dynamo_frontend_model_cancellation_total{" + CHAT
                        + ",model=\"tiny\",request_type=\"stream\"}"))
                .isEqualTo(2);
        assertThat(value("dynamo_frontend_output_tokens_total{model=\"tiny\"}")).isEqualTo(3);
    }

    @Test
    void migrationsAreCountedOnceAnAttemptAndMeasuredOnce() {
        register("decode-0", 7, "tiny");
        receive("a", "tiny", true);
        at(10, FRONTEND, started("a", 0, MigrationType.ONGOING_REQUEST));
        at(40, FRONTEND, started("a", 1, MigrationType.ONGOING_REQUEST));
        at(
                70,
                FRONTEND,
                new MigrationEvent.MigrationCompleted(
                        "a", 1, 8, 9, MigrationType.ONGOING_REQUEST, 60 * MILLISECOND, 5));
        at(90, FRONTEND, new RequestEvent.RequestCompleted("a", FinishReason.STOP, 1, 1, 0, 1));
        receive("b", "tiny", true);
        at(100, FRONTEND, started("b", 0, MigrationType.NEW_REQUEST));
        at(
                300,
                FRONTEND,
                new MigrationEvent.MigrationFailed("b", 1, 7, MigrationType.NEW_REQUEST, ErrorType.DISCONNECTED));
        at(300, FRONTEND, new RequestEvent.RequestFailed("b", ErrorType.DISCONNECTED, "gone", 1));
        receive("c", "tiny", true);
        at(400, FRONTEND, started("c", 0, MigrationType.NEW_REQUEST));
        at(410, FRONTEND, new RequestEvent.RequestCancelled("c", StopReason.CLIENT_GONE, 0, 1));

        String migrations = "dynamo_frontend_model_migration_total{migration_type=";
        assertThat(value(migrations + "\"ongoing_request\",model=\"tiny\"}")).isEqualTo(2);
        assertThat(value(migrations + "\"new_request\",model=\"tiny\"}")).isEqualTo(2);
        String sum = "dynamo_frontend_model_migration_duration_seconds_sum{migration_type=";
        assertThat(value(sum + "\"ongoing_request\",model=\"tiny\",outcome=\"success\"}"))
                .isCloseTo(0.06, within(1e-9));
        assertThat(value(sum + "\"new_request\",model=\"tiny\",outcome=\"failure\"}"))
                .isCloseTo(0.2, within(1e-9));
        assertThat(value(sum + "\"new_request\",model=\"tiny\",outcome=\"cancelled\"}"))
                .isCloseTo(0.01, within(1e-9));
    }

    @Test
    void aModelWithoutMigrationsShowsZero() {
        register("decode-0", 7, "tiny");

        assertThat(value("dynamo_frontend_model_migration_total{migration_type=\"ongoing_request\",model=\"tiny\"}"))
                .isZero();
        assertThat(value("dynamo_frontend_inflight_requests{model=\"tiny\"}")).isZero();
    }

    @Test
    void namesThatAreNotModelsDoNotBecomeLabels() {
        for (int i = 0; i < 50; i++) {
            receive("r" + i, "made-up-" + i, false);
            at(i, FRONTEND, new RequestEvent.RequestFailed("r" + i, ErrorType.NOT_FOUND, "no", 1));
        }

        assertThat(text()).doesNotContain("made-up");
        assertThat(value("dynamo_frontend_requests_started_total{" + CHAT
                        + ",model=\"unknown\",request_type=\"unary\"}"))
                .isEqualTo(50);
    }

    @Test
    void aModelIsKnownOnceARequestForItIsRouted() {
        receive("r", "tiny", false);
        at(1, FRONTEND, new RequestEvent.RequestRouted("r", 0, 7, 1));

        assertThat(value("dynamo_frontend_inflight_requests{model=\"unknown\"}"))
                .isZero();
        assertThat(value("dynamo_frontend_queued_requests{model=\"unknown\"}")).isZero();
        assertThat(value("dynamo_frontend_inflight_requests{model=\"tiny\"}")).isEqualTo(1);
        assertThat(value("dynamo_frontend_queued_requests{model=\"tiny\"}")).isEqualTo(1);
    }

    @Test
    void labelsAndOpenRequestsAreBounded() {
        MetricsConfig d = MetricsConfig.defaults();
        fold = new PrometheusFold(d.limitedTo(2, 2, 2, 3));
        for (int i = 0; i < 5; i++) {
            register("decode-" + i, i, "model-" + i);
            receive("r" + i, "model-0", false);
            at(i, "decode-" + i, new EngineEvent.EngineStepped(i, 1, 1, 1, 0, 1, 0, 1));
            at(i, "operator", new FaultEvent.FaultInjected("f" + i, "kind-" + i, "x", "me"));
        }

        assertThat(value("dynamo_frontend_inflight_requests{model=\"model-0\"}"))
                .isEqualTo(3);
        assertThat(render().keySet().stream().filter(n -> n.startsWith("dynamo_frontend_model_total_kv_blocks")))
                .hasSize(3);
        assertThat(value("faultline_engine_decode_tokens_total{worker=\"other\"}"))
                .isEqualTo(3);
        assertThat(value("faultline_faults_injected_total{kind=\"other\"}")).isEqualTo(3);
    }

    @Test
    void workersAreShownWhileTheyLive() {
        register("decode-0", 7, "tiny");
        at(1, "decode-0", new EngineEvent.EngineStepped(7, 200, 4, 5, 6, 30, 40, 10 * MILLISECOND));
        at(2, "decode-0", new EngineEvent.EngineStepped(7, 0, 5, 5, 0, 31, 39, 10 * MILLISECOND));
        at(3, "decode-0", new EngineEvent.SequencePreempted(7, "r", 9));

        assertThat(render())
                .containsEntry("faultline_engine_running_sequences{worker=\"decode-0\"}", 5.0)
                .containsEntry("faultline_engine_waiting_sequences{worker=\"decode-0\"}", 0.0)
                .containsEntry("faultline_engine_kv_blocks_used{worker=\"decode-0\"}", 31.0)
                .containsEntry("faultline_engine_kv_blocks_cached{worker=\"decode-0\"}", 39.0)
                .containsEntry("faultline_engine_kv_blocks{worker=\"decode-0\"}", 1000.0)
                .containsEntry("faultline_engine_prefill_tokens_total{worker=\"decode-0\"}", 200.0)
                .containsEntry("faultline_engine_decode_tokens_total{worker=\"decode-0\"}", 9.0)
                .containsEntry("faultline_engine_step_seconds_count{worker=\"decode-0\"}", 2.0)
                .containsEntry("faultline_engine_preemptions_total{worker=\"decode-0\"}", 1.0);

        at(4, "decode-0", new NodeEvent.NodeStopped(NodeEvent.StopKind.KILLED, "killed"));
        assertThat(text())
                .doesNotContain("worker=\"decode-0\"")
                .contains("faultline_node_stops_total{how=\"killed\"} 1");
    }

    @Test
    void requestsOfAFrontendThatDiedAreNotInFlight() {
        register("decode-0", 7, "tiny");
        receive("r", "tiny", false);
        at(4, FRONTEND, new NodeEvent.NodeStopped(NodeEvent.StopKind.KILLED, "killed"));

        assertThat(value("dynamo_frontend_inflight_requests{model=\"tiny\"}")).isZero();
        assertThat(value("dynamo_frontend_queued_requests{model=\"tiny\"}")).isZero();
    }

    @Test
    void whatBreaksAndMendsIsCounted() {
        at(1, FRONTEND, new DiscoveryEvent.InstanceInhibited(7, ErrorType.DISCONNECTED, "gone"));
        at(2, FRONTEND, new DiscoveryEvent.InstanceReinstated(7, 1_500 * MILLISECOND));
        at(3, "store", new DiscoveryEvent.LeaseEnded(7, true));
        at(4, "operator", new FaultEvent.FaultInjected("f", "worker-kill", "decode-0", "me"));
        at(5, "operator", new FaultEvent.FaultRecovered("f", "worker-kill", "decode-0", "expired"));
        at(6, "operator", new PlaybookEvent.PlaybookFinished("p", "passed", ""));
        at(7, "clients", new ClientEvent.AnswerChecked("r", true, 9, 1));

        assertThat(render())
                .containsEntry("faultline_instances_inhibited_total{because=\"disconnected\"}", 1.0)
                .containsEntry("faultline_instances_reinstated_total", 1.0)
                .containsEntry("faultline_instance_inhibited_seconds_sum", 1.5)
                .containsEntry("faultline_leases_ended_total{how=\"expired\"}", 1.0)
                .containsEntry("faultline_faults_injected_total{kind=\"worker-kill\"}", 1.0)
                .containsEntry("faultline_faults_recovered_total{kind=\"worker-kill\"}", 1.0)
                .containsEntry("faultline_playbook_runs_total{verdict=\"passed\"}", 1.0)
                .containsEntry("faultline_answers_checked_total{identical=\"true\"}", 1.0);
    }

    @Test
    void theCardsOfTheModelsAreShown() {
        fold.render(List.of(new ModelSummary("tiny", 4096, 16, 1000, 64, 2048, 1, 3)));

        assertThat(render())
                .containsEntry("dynamo_frontend_model_context_length{model=\"tiny\"}", 4096.0)
                .containsEntry("dynamo_frontend_model_kv_cache_block_size{model=\"tiny\"}", 16.0)
                .containsEntry("dynamo_frontend_model_total_kv_blocks{model=\"tiny\"}", 1000.0)
                .containsEntry("dynamo_frontend_model_max_num_seqs{model=\"tiny\"}", 64.0)
                .containsEntry("dynamo_frontend_model_max_num_batched_tokens{model=\"tiny\"}", 2048.0)
                .containsEntry("dynamo_frontend_model_migration_limit{model=\"tiny\"}", 3.0);
    }

    private void register(String worker, long instance, String model) {
        at(0, worker, new DiscoveryEvent.InstanceRegistered(instance, "backend", model, 1000, 16, 10));
    }

    private void receive(String request, String model, boolean streaming) {
        at(
                0,
                FRONTEND,
                new RequestEvent.RequestReceived(request, model, ApiEndpoint.CHAT_COMPLETIONS, streaming, 100, 20));
    }

    private static EventRecord started(String request, int attempt, MigrationType type) {
        return new MigrationEvent.MigrationStarted(request, attempt, 7, type, ErrorType.DISCONNECTED, 10);
    }

    private void at(long millis, String node, EventRecord record) {
        fold.apply(new ClusterEvent(sequence++, millis * MILLISECOND, new NodeId(node), record));
    }

    private double value(String series) {
        Map<String, Double> all = render();
        assertThat(all).containsKey(series);
        return all.get(series);
    }

    private String text() {
        return new String(fold.render(List.of()), StandardCharsets.UTF_8);
    }

    private Map<String, Double> render() {
        Map<String, Double> all = new TreeMap<>();
        for (String line : text().split("\n")) {
            if (!line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                all.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            }
        }
        return all;
    }
}
