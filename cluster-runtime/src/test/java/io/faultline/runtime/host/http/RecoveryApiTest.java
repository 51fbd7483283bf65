package io.faultline.runtime.host.http;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.shown.Shows;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a client of the API sees when the workers behind it die one after the other, on real threads. Workers die
/// at points of the story (after the first token, after a recovery), never at points in time.
class RecoveryApiTest {
    private static final int TOKENS = 300;
    private static final Pattern TEXT = Pattern.compile("\"text\":\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern FINISH = Pattern.compile("\"finish_reason\":\"([a-z_]+)\"");
    private static final Pattern USAGE =
            Pattern.compile("\"prompt_tokens\":(\\d+),\"completion_tokens\":(\\d+),\"total_tokens\":(\\d+)");
    private static final String DONE = "data: [DONE]\n\n";
    private static final String FULL_LENGTH = ",\"ignore_eos\":true";

    /// Kills whichever worker serves: after the first token, and after each recovery.
    private static final class Pursuit implements Fold {
        private final EmbeddedApi api;
        private final AtomicInteger left;
        private final AtomicInteger migrations = new AtomicInteger();

        Pursuit(EmbeddedApi api, int kills) {
            this.api = api;
            this.left = new AtomicInteger(kills);
            api.subscribe(this);
        }

        @Override
        public void apply(ClusterEvent event) {
            switch (event.record()) {
                case RequestEvent.FirstToken token -> strike(token.instance());
                case MigrationEvent.MigrationCompleted migration -> strike(migration.to());
                case MigrationEvent.MigrationStarted _ -> migrations.incrementAndGet();
                default -> {
                    // Not part of the story.
                }
            }
        }

        private void strike(long instance) {
            if (left.getAndDecrement() > 0) {
                api.killSoon(instance);
            }
        }
    }

    private static ClusterConfig workers(int count, int migrationLimit) {
        return new ClusterConfig("m", 1, count, 2048, 2048, 64, 10.0, migrationLimit, 30_000_000_000L);
    }

    @Test
    @DisplayName("MIG-2 REQ-8 REQ-10: three workers die one after the other under one stream")
    @Shows(
            value = {"MIG-2", "REQ-8", "REQ-10"},
            in = EMBEDDED)
    void aStreamOutlivesAsManyWorkersAsItsBudgetAllows() throws Exception {
        try (EmbeddedApi api = new EmbeddedApi(workers(4, 3))) {
            String undisturbed = ask(api, FULL_LENGTH);
            Pursuit pursuit = new Pursuit(api, 3);

            String answer = ask(api, FULL_LENGTH);
            assertThat(answer).doesNotContain("\"error\"").endsWith(DONE);
            assertThat(textOf(answer)).isEqualTo(textOf(undisturbed));
            assertThat(usageOf(answer)).isEqualTo(usageOf(undisturbed));
            assertThat(api.call(pursuit.migrations::get)).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("MIG-2 MIG-3 REQ-7b REQ-8: past the budget one well-formed error that may be retried, then the end")
    @Shows(
            value = {"MIG-2", "MIG-3", "REQ-7b", "REQ-8"},
            in = EMBEDDED)
    void pastItsBudgetAStreamEndsWithOneError() throws Exception {
        try (EmbeddedApi api = new EmbeddedApi(workers(3, 1))) {
            String undisturbed = ask(api, FULL_LENGTH);
            new Pursuit(api, 2);

            String answer = ask(api, FULL_LENGTH);
            assertOneErrorAndTheEnd(answer);
            assertThat(answer).contains("\"retryable\":true").contains("migration limit of 1 exhausted");
            assertThat(textOf(undisturbed)).startsWith(textOf(answer));
            try (RawClient client = api.client()) {
                Response mistake = client.post("/v1/completions", "{\"model\":\"none\",\"prompt\":\"hi\"}")
                        .response();
                assertThat(mistake.body()).as("a mistake of the client's").contains("\"retryable\":false");
            }
        }
    }

    @Test
    @DisplayName("MIG-4: stop strings, min_tokens, usage and finish reason are those of the undisturbed answer")
    @Shows(value = "MIG-4", in = EMBEDDED)
    void whatEndsAnAnswerIsCarriedOver() throws Exception {
        try (EmbeddedApi api = new EmbeddedApi(workers(4, 3))) {
            String whole = textOf(ask(api, FULL_LENGTH));
            String stop = whole.substring(whole.length() * 3 / 4, whole.length() * 3 / 4 + 8);
            List<String> endings = List.of(FULL_LENGTH + ",\"stop\":[\"" + stop + "\"]", ",\"min_tokens\":120");
            for (String ending : endings) {
                String undisturbed = ask(api, ending);
                Pursuit pursuit = new Pursuit(api, 1);

                String answer = ask(api, ending);
                assertThat(textOf(answer)).isEqualTo(textOf(undisturbed));
                assertThat(finishOf(answer)).isEqualTo(finishOf(undisturbed));
                assertThat(usageOf(answer)).isEqualTo(usageOf(undisturbed));
                assertThat(api.call(pursuit.migrations::get)).isPositive();
            }
            assertThat(finishOf(ask(api, endings.getFirst()))).isEqualTo("stop");
        }
    }

    @Test
    @DisplayName("REQ-3: a stream waits for the model's only worker, which comes back")
    @Shows(value = "REQ-3", in = EMBEDDED)
    void aModelThatIsGoneForAMomentIsWaitedFor() throws Exception {
        try (EmbeddedApi api = new EmbeddedApi(workers(1, 3))) {
            String undisturbed = ask(api, FULL_LENGTH);
            new Pursuit(api, 1);
            api.subscribe(event -> {
                if (event.record() instanceof NodeEvent.NodeStopped) {
                    api.cluster().loop().post(() -> api.cluster().start(event.node()));
                }
            });

            String answer = ask(api, FULL_LENGTH);
            assertThat(answer).doesNotContain("\"error\"").endsWith(DONE);
            assertThat(textOf(answer)).isEqualTo(textOf(undisturbed));
        }
    }

    @Test
    @DisplayName("REQ-3 REQ-7b: a model that stays away: after a fixed time an error that may be retried")
    @Shows(
            value = {"REQ-3", "REQ-7b"},
            in = EMBEDDED)
    void aModelThatStaysAwayFailsAfterAFixedTime() throws Exception {
        try (EmbeddedApi api = new EmbeddedApi(workers(1, 3))) {
            String undisturbed = ask(api, FULL_LENGTH);
            new Pursuit(api, 1);

            String answer = ask(api, FULL_LENGTH);
            assertOneErrorAndTheEnd(answer);
            assertThat(answer).contains("\"retryable\":true").contains("no other one for the model 'm' appeared");
            assertThat(textOf(undisturbed)).startsWith(textOf(answer));
        }
    }

    private static void assertOneErrorAndTheEnd(String answer) {
        assertThat(answer.split("\"error\":", -1)).as("errors in %s", answer).hasSize(2);
        String end = answer.substring(answer.lastIndexOf("data: {"));
        assertThat(end).startsWith("data: {\"error\":").endsWith(DONE);
    }

    /// A whole streamed completion.
    private static String ask(EmbeddedApi api, String more) throws Exception {
        try (RawClient client = api.client()) {
            return client.post(
                            "/v1/completions",
                            "{\"model\":\"m\",\"prompt\":\"hi\",\"stream\":true,\"seed\":5,"
                                    + "\"stream_options\":{\"include_usage\":true},\"max_tokens\":" + TOKENS + more
                                    + "}")
                    .response()
                    .body();
        }
    }

    private static String textOf(String events) {
        StringBuilder text = new StringBuilder();
        Matcher piece = TEXT.matcher(events);
        while (piece.find()) {
            text.append(piece.group(1));
        }
        return text.toString();
    }

    private static String finishOf(String events) {
        Matcher finish = FINISH.matcher(events);
        assertThat(finish.find()).as("a finish reason in %s", events).isTrue();
        return finish.group(1);
    }

    private static String usageOf(String events) {
        Matcher usage = USAGE.matcher(events);
        assertThat(usage.find()).as("usage in %s", events).isTrue();
        return usage.group();
    }
}
