package io.faultline.backend.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.faultline.backend.RunningBackend;
import io.faultline.backend.RunningBackend.Answer;
import io.faultline.backend.account.Role;
import io.faultline.backend.audit.AuditEntry;
import io.faultline.backend.audit.AuditLog;
import io.faultline.backend.operation.Action;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.runtime.history.RequestView.RequestPhase;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/// The API of a real backend around a real cluster, over HTTP.
class ApiTest {
    private static final List<String> READABLE = List.of(
            "/api/v1/topology",
            "/api/v1/service",
            "/api/v1/requests",
            "/api/v1/migrations",
            "/api/v1/faults",
            "/api/v1/playbooks",
            "/api/v1/playbooks/runs",
            "/api/v1/openapi.json");

    private static RunningBackend backend;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        backend = new RunningBackend(folder);
        backend.await(frame -> frame.topology().nodes().stream()
                        .filter(n -> n.health() == NodeHealth.READY && n.name().startsWith("decode"))
                        .count()
                == 3);
    }

    @AfterAll
    static void stop() {
        backend.close();
    }

    // ---- who may

    static Stream<Arguments> rights() {
        List<Arguments> table = new ArrayList<>();
        for (Role role : Role.values()) {
            table.add(Arguments.of(role, Action.KILL_WORKER, "/api/v1/workers/nobody/kill"));
            table.add(Arguments.of(role, Action.FREEZE_WORKER, "/api/v1/workers/nobody/freeze"));
            table.add(Arguments.of(role, Action.START_WORKER, "/api/v1/workers/nobody/restart"));
            table.add(Arguments.of(role, Action.RECOVER_FAULT, "/api/v1/faults/nothing/recover"));
            table.add(Arguments.of(role, Action.CANCEL_REQUEST, "/api/v1/requests/nothing/cancel"));
            table.add(Arguments.of(role, Action.RUN_PLAYBOOK_LIVE, "/api/v1/playbooks/nothing/runs"));
            table.add(Arguments.of(role, Action.ABORT_PLAYBOOK, "/api/v1/playbooks/runs/nothing/abort"));
            table.add(Arguments.of(role, Action.HALT, "/api/v1/halt"));
        }
        return table.stream();
    }

    @ParameterizedTest
    @MethodSource("rights")
    void opensAnActionToItsRoleAndThoseAboveItAlone(Role role, Action action, String path) throws Exception {
        Answer answer = backend.post(role.word(), path, "{}");
        if (role.includes(action.least())) {
            assertThat(answer.status()).isNotIn(401, 403);
        } else {
            assertEquals(403, answer.status());
            assertThat(answer.json().path("detail").asString())
                    .isEqualTo("to " + action.words() + " you need the role "
                            + action.least().word());
        }
    }

    @Test
    void writesDownWhatWasDoneAndWhatWasDenied() throws Exception {
        backend.post("viewer", "/api/v1/workers/decode-9/kill", "");
        backend.post("chaos", "/api/v1/workers/decode-9/kill", "");
        List<AuditEntry> newest = backend.bean(AuditLog.class).newest(0, 2);
        assertThat(newest)
                .extracting(AuditEntry::who, AuditEntry::action, AuditEntry::target, AuditEntry::result)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "chaos", "kill worker", "decode-9", AuditEntry.Result.REFUSED),
                        org.assertj.core.groups.Tuple.tuple(
                                "viewer", "kill worker", "decode-9", AuditEntry.Result.DENIED));
    }

    static Stream<String> readable() {
        return READABLE.stream();
    }

    @ParameterizedTest
    @MethodSource("readable")
    void letsAViewerReadAndNobodyElse(String path) throws Exception {
        Answer viewer = backend.get("viewer", path);
        assertEquals(200, viewer.status());
        assertThat(viewer.contentType()).startsWith("application/json");

        Answer nobody = backend.getWithHeader("", path);
        assertEquals(401, nobody.status());
        assertThat(nobody.contentType()).startsWith("application/problem+json");
        assertThat(nobody.challenge())
                .as("a browser that is asked for a password keeps it and sends it by itself")
                .isEmpty();

        Answer wrong = backend.getWithHeader(RunningBackend.basic("viewer", "a wrong password"), path);
        assertEquals(401, wrong.status());
    }

    @Test
    void refusesAnActionWithoutCredentials() throws Exception {
        assertThat(backend.postAnonymously("/api/v1/halt").status()).isIn(401, 403);
    }

    @Test
    void opensNothingToSomebodyWhoMustChangeTheirPassword() throws Exception {
        var created = (io.faultline.backend.account.UserAccounts.NewPassword.Invented)
                backend.accounts().createAccount("fresh", Role.ADMIN);
        Answer answer = backend.getWithHeader(RunningBackend.basic("fresh", created.password()), "/api/v1/topology");
        assertEquals(403, answer.status());
        assertThat(answer.json().path("detail").asString()).contains("change the one-time password first");
    }

    @Test
    void slowsDownWhoGuessesPasswords() throws Exception {
        backend.accounts().createAccount("guessed", Role.VIEWER);
        int status = 0;
        for (int i = 0; i < 8 && status != 429; i++) {
            status = backend.getWithHeader(RunningBackend.basic("guessed", "guess " + i), "/api/v1/topology")
                    .status();
        }
        assertEquals(429, status);
        assertEquals(200, backend.get("viewer", "/api/v1/topology").status());
    }

    @Test
    void saysToEverybodyThatItIsUpAndNoMore() throws Exception {
        Answer health = backend.getWithHeader("", "/actuator/health");
        assertEquals(200, health.status());
        assertThat(health.json().path("status").asString()).isEqualTo("UP");
        assertThat(health.json().has("components")).isFalse();
        assertThat(backend.getWithHeader("", "/actuator/env").status()).isIn(401, 403);
        assertThat(backend.get("admin", "/actuator/env").status()).isEqualTo(403);
    }

    // ---- what it says

    @Test
    void showsTheClusterAndWhatIsDoneToIt() throws Exception {
        JsonNode topology = backend.get("viewer", "/api/v1/topology").json();
        assertThat(topology.path("mode").asString()).isEqualTo("live");
        assertThat(topology.path("nodes").valueStream().map(n -> n.path("name").asString()))
                .contains("frontend-0", "decode-0", "decode-1", "decode-2", "store");

        assertEquals(
                200, backend.post("chaos", "/api/v1/workers/decode-2/kill", "").status());
        backend.await(frame -> frame.node("decode-2").orElseThrow().health() == NodeHealth.KILLED);
        Answer again = backend.post("chaos", "/api/v1/workers/decode-2/kill", "");
        assertEquals(409, again.status());
        assertThat(again.json().path("detail").asString()).contains("is down already");

        JsonNode faults = backend.get("viewer", "/api/v1/faults").json();
        assertThat(faults.path(0).path("by").asString()).isEqualTo("chaos");
        assertThat(faults.path(0).path("active").asBoolean()).isTrue();

        assertEquals(
                200,
                backend.post("operator", "/api/v1/workers/decode-2/restart", "").status());
        backend.await(frame -> frame.node("decode-2").orElseThrow().health() == NodeHealth.READY);
        assertThat(backend.get("viewer", "/api/v1/faults")
                        .json()
                        .path(0)
                        .path("active")
                        .asBoolean())
                .isFalse();
    }

    /// An operator ends a request that its client still waits for.
    @Test
    void cancelsARequestThatIsOpenAndShowsItsJourney() throws Exception {
        backend.load(new LoadSpec(1, 1, 20, 20, 8_000, 0, 0));
        String id = backend
                .await(frame -> frame.requests().stream()
                        .anyMatch(r -> r.phase() == RequestPhase.STREAMING && r.maxTokens() == 8_000))
                .requests()
                .stream()
                .filter(r -> r.maxTokens() == 8_000)
                .findFirst()
                .orElseThrow()
                .id();
        assertThat(backend.get("viewer", "/api/v1/requests?phase=streaming")
                        .json()
                        .size())
                .isPositive();
        assertEquals(
                200,
                backend.post("operator", "/api/v1/requests/" + id + "/cancel", "")
                        .status());
        backend.await(frame ->
                frame.requests().stream().anyMatch(r -> r.id().equals(id) && r.phase() == RequestPhase.CANCELLED));

        JsonNode journey = backend.get("viewer", "/api/v1/requests/" + id).json();
        assertThat(journey.path("phase").asString()).isEqualTo("cancelled");
        assertThat(journey.path("detail").asString()).isEqualTo("OPERATOR");
        assertThat(journey.path("attempts").path(0).path("worker").asString()).startsWith("decode-");
        assertEquals(
                404,
                backend.post("operator", "/api/v1/requests/" + id + "/cancel", "")
                        .status());
    }

    @Test
    void haltsEverythingForAViewer() throws Exception {
        assertEquals(
                200,
                backend.post("chaos", "/api/v1/workers/decode-1/freeze", "").status());
        Answer halt = backend.post("viewer", "/api/v1/halt", "");
        assertEquals(200, halt.status());
        assertThat(halt.json().path("message").asString()).isEqualTo("halted: 1 fault reverted");
        backend.await(frame -> frame.activeFaults().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/requests?limit=0", "/api/v1/requests?limit=x", "/api/v1/requests?phase=nonsense"})
    void tellsWhatIsWrongWithAQuestion(String path) throws Exception {
        Answer answer = backend.get("viewer", path);
        assertEquals(400, answer.status());
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.body()).doesNotContain("Exception").doesNotContain("io.faultline");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/requests/nothing",
                "/api/v1/playbooks/runs/nothing",
                "/api/v1/nothing",
                "/api",
                "/api/v2"
            })
    void saysWhenThereIsNoSuchThing(String path) throws Exception {
        Answer answer = backend.get("viewer", path);
        assertEquals(404, answer.status());
        assertThat(answer.contentType()).startsWith("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"wrold\": \"simulated\"}", "{\"world\": \"mars\"}", "[]", "{\"seed\": \"x\"}"})
    void refusesABodyThatItDoesNotUnderstand(String body) throws Exception {
        Answer answer = backend.post("chaos", "/api/v1/playbooks/decode-worker-crash/runs", body);
        assertEquals(400, answer.status());
        assertThat(answer.contentType()).startsWith("application/problem+json");
    }

    @Test
    void refusesAParameterThatThePlaybookDoesNotHave() throws Exception {
        Answer answer = backend.post(
                "chaos",
                "/api/v1/playbooks/decode-worker-crash/runs",
                "{\"parameters\": {\"no-such-parameter\": \"1\"}}");
        assertEquals(409, answer.status());
        assertThat(answer.json().path("detail").asString()).contains("no-such-parameter");
    }

    @Test
    void runsAPlaybookInVirtualTimeAndKeepsItsReport() throws Exception {
        Answer started = backend.post(
                "operator", "/api/v1/playbooks/decode-worker-crash/runs", "{\"world\": \"simulated\", \"seed\": 7}");
        assertEquals(202, started.status());
        String id = started.json().path("id").asString();
        PlaybookService playbooks = backend.bean(PlaybookService.class);
        backend.await(_ -> playbooks.run(id).filter(r -> !r.isRunning()).isPresent());

        JsonNode run = backend.get("viewer", "/api/v1/playbooks/runs/" + id).json();
        assertThat(run.path("verdict").asString())
                .as(run.path("why").asString())
                .isEqualTo("passed");
        assertThat(run.path("world").asString()).isEqualTo("simulated");
        assertThat(run.path("by").asString()).isEqualTo("operator");
        assertThat(run.path("digest").asString()).matches("[0-9a-f]{16}");
        assertThat(run.path("steps").size()).isPositive();
        for (JsonNode report : run.path("reports")) {
            assertEquals(200, backend.get("viewer", report.asString()).status());
        }
        Answer html = backend.get("viewer", "/api/v1/playbooks/runs/" + id + "/report?format=html");
        assertThat(html.contentType()).startsWith("text/html");
        assertThat(html.body()).contains("decode-worker-crash");
        assertEquals(
                400,
                backend.get("viewer", "/api/v1/playbooks/runs/" + id + "/report?format=pdf")
                        .status());
    }

    @Test
    void runsOnePlaybookLiveAtATimeAndHaltEndsIt() throws Exception {
        Answer started = backend.post("chaos", "/api/v1/playbooks/decode-worker-crash/runs", "");
        assertEquals(202, started.status());
        String id = started.json().path("id").asString();
        backend.await(
                frame -> frame.playbookRuns().stream().anyMatch(r -> r.run().equals(id)));

        Answer second = backend.post("chaos", "/api/v1/playbooks/decode-worker-crash/runs", "");
        assertEquals(409, second.status());
        assertThat(second.json().path("detail").asString()).contains(id + " is under way");

        Answer halt = backend.post("viewer", "/api/v1/halt", "");
        assertThat(halt.json().path("message").asString()).endsWith("1 playbook run stopped");
        PlaybookService playbooks = backend.bean(PlaybookService.class);
        backend.await(_ -> playbooks.run(id).filter(r -> !r.isRunning()).isPresent());
        assertThat(playbooks.run(id).orElseThrow().verdict()).isEqualTo("aborted");
    }

    @Test
    void describesEveryRouteThatThereIsAndNoOther() throws Exception {
        JsonNode paths = backend.get("viewer", "/api/v1/openapi.json").json().path("paths");
        Set<String> described = new TreeSet<>();
        for (var path : paths.properties()) {
            for (var operation : path.getValue().properties()) {
                described.add(operation.getKey() + " " + path.getKey());
                assertThat(operation.getValue().path("summary").asString())
                        .as(path.getKey())
                        .isNotBlank();
            }
        }
        assertThat(described).isEqualTo(routes());
    }

    private static Set<String> routes() {
        Set<String> routes = new TreeSet<>();
        backend.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((mapping, method) -> {
                    if (isPartOfTheApi(method)) {
                        mapping.getPatternValues()
                                .forEach(pattern -> mapping.getMethodsCondition()
                                        .getMethods()
                                        .forEach(verb -> routes.add(
                                                verb.name().toLowerCase(java.util.Locale.ROOT) + " " + pattern)));
                    }
                });
        return routes;
    }

    private static boolean isPartOfTheApi(HandlerMethod method) {
        return method.getBeanType().getPackage().equals(ApiTest.class.getPackage())
                && !method.getBeanType().equals(UnknownPathController.class);
    }
}
