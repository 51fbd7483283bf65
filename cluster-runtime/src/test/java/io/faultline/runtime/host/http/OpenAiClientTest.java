package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import io.faultline.runtime.host.http.ApiFixture.Threads;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.InferenceRequest.Message;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.Usage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// OpenAI's own client is content with the server, whichever threads it runs on.
@ParameterizedClass
@EnumSource(Threads.class)
class OpenAiClientTest {
    @Parameter
    Threads threads;

    private ApiFixture api;
    private OpenAIClient client;

    @BeforeEach
    void start() {
        api = new ApiFixture(threads, HttpFrontendConfig.defaults());
        client = OpenAIOkHttpClient.builder()
                .baseUrl(api.baseUrl())
                .apiKey("unused")
                .maxRetries(0)
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        api.close();
    }

    @Test
    void chatIsAnsweredInOneDocument() throws Exception {
        CompletableFuture<ChatCompletion> answer = CompletableFuture.supplyAsync(() -> client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model("tiny")
                        .addSystemMessage("Be brief.")
                        .addUserMessage("Who are you?")
                        .maxCompletionTokens(20)
                        .temperature(0.5)
                        .topP(0.9)
                        .putAdditionalBodyProperty("seed", JsonValue.from(11))
                        .stop("END")
                        .build()));

        ScriptedFrontend.Submission request = api.frontend.next();
        request.says("Just ", "me", "")
                .endsWith(".", new Outcome.Completed(FinishReason.STOP, new Usage(9, 3, 4), List.of(7L)));
        ChatCompletion completion = answer.get();

        assertThat(completion.choices()).singleElement().satisfies(choice -> {
            assertThat(choice.message().content()).contains("Just me.");
            assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        });
        assertThat(completion.id()).isEqualTo("chatcmpl-" + request.request().id());
        assertThat(completion.model()).isEqualTo("tiny");
        assertThat(completion.created()).isPositive();
        assertThat(completion.usage()).hasValueSatisfying(usage -> {
            assertThat(usage.promptTokens()).isEqualTo(9);
            assertThat(usage.completionTokens()).isEqualTo(3);
            assertThat(usage.totalTokens()).isEqualTo(12);
            assertThat(usage.promptTokensDetails())
                    .hasValueSatisfying(d -> assertThat(d.cachedTokens()).contains(4L));
        });
        completion.validate();
        assertThat(request.request().prompt())
                .isEqualTo(new Prompt.Chat(
                        List.of(new Message("system", "Be brief."), new Message("user", "Who are you?"))));
        assertThat(request.request().stop().maxTokens()).isEqualTo(20);
        assertThat(request.request().stop().stopStrings()).containsExactly("END");
        assertThat(request.request().sampling().temperature()).isEqualTo(0.5);
        assertThat(request.request().sampling().topP()).isEqualTo(0.9);
        assertThat(request.request().sampling().seed()).isEqualTo(11);
        assertThat(request.request().endpoint()).isEqualTo(ApiEndpoint.CHAT_COMPLETIONS);
        assertThat(request.request().streaming()).isFalse();
    }

    @Test
    void chatIsStreamed() throws Exception {
        CompletableFuture<List<ChatCompletionChunk>> answer = CompletableFuture.supplyAsync(() -> chunksOf(true));

        ScriptedFrontend.Submission request = api.frontend.next();
        request.says("Grüße ")
                .says("aus ", "dem \"Tal\"\n")
                .ends(new Outcome.Completed(FinishReason.LENGTH, new Usage(5, 3, 0), List.of(7L)));
        List<ChatCompletionChunk> chunks = answer.get();

        assertThat(textOf(chunks)).isEqualTo("Grüße aus dem \"Tal\"\n");
        assertThat(chunks).hasSize(6);
        assertThat(chunks.get(0).choices().getFirst().delta().role())
                .contains(ChatCompletionChunk.Choice.Delta.Role.ASSISTANT);
        assertThat(chunks.get(4).choices().getFirst().finishReason())
                .contains(ChatCompletionChunk.Choice.FinishReason.LENGTH);
        assertThat(chunks.get(5).choices()).isEmpty();
        assertThat(chunks.get(5).usage())
                .hasValueSatisfying(u -> assertThat(u.totalTokens()).isEqualTo(8));
        chunks.forEach(ChatCompletionChunk::validate);
        assertThat(request.request().streaming()).isTrue();
    }

    @Test
    void completionIsAnsweredInOneDocument() throws Exception {
        CompletableFuture<Completion> answer = CompletableFuture.supplyAsync(() -> client.completions()
                .create(CompletionCreateParams.builder()
                        .model(CompletionCreateParams.Model.of("tiny"))
                        .prompt("Once upon")
                        .maxTokens(5)
                        .build()));

        ScriptedFrontend.Submission request = api.frontend.next();
        request.says(" a", " time").completes();
        Completion completion = answer.get();

        assertThat(completion.choices().getFirst().text()).isEqualTo(" a time");
        assertThat(completion.id()).startsWith("cmpl-");
        assertThat(request.request().prompt()).isEqualTo(new Prompt.Text("Once upon"));
        assertThat(request.request().endpoint()).isEqualTo(ApiEndpoint.COMPLETIONS);
    }

    @Test
    void completionIsStreamed() throws Exception {
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try (StreamResponse<Completion> stream = client.completions()
                    .createStreaming(CompletionCreateParams.builder()
                            .model(CompletionCreateParams.Model.of("tiny"))
                            .prompt("Once upon")
                            .build())) {
                return stream.stream().map(c -> c.choices().getFirst().text()).collect(Collectors.joining("|"));
            }
        });

        api.frontend.next().says(" a").says(" time").completes();

        assertThat(answer.get()).isEqualTo(" a| time|");
    }

    @Test
    void modelsAreListed() {
        assertThat(client.models().list().items()).extracting(Model::id).containsExactly("tiny");
        assertThat(client.models().retrieve("tiny").id()).isEqualTo("tiny");
        assertThatThrownBy(() -> client.models().retrieve("huge")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void errorsBecomeTheClientsExceptions() throws Exception {
        assertThatThrownBy(() -> chat("tiny", -1)).isInstanceOfSatisfying(BadRequestException.class, e -> {
            assertThat(e.param()).contains("max_completion_tokens");
            assertThat(e.type()).contains("invalid_request_error");
        });
        assertThat(api.frontend.submitted()).isZero();

        CompletableFuture<ChatCompletion> unknown = CompletableFuture.supplyAsync(() -> chat("huge", 5));
        api.frontend.next().ends(new Outcome.Failed(new RequestError(ErrorType.NOT_FOUND, "no model 'huge'")));
        assertThatThrownBy(() -> unknown.get())
                .cause()
                .isInstanceOfSatisfying(
                        NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));

        CompletableFuture<ChatCompletion> busy = CompletableFuture.supplyAsync(() -> chat("tiny", 5));
        api.frontend.next().ends(new Outcome.Rejected(new RequestError(ErrorType.RESOURCE_EXHAUSTED, "all busy"), 4));
        assertThatThrownBy(() -> busy.get()).cause().isInstanceOfSatisfying(InternalServerException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(503);
            assertThat(e.headers().values("Retry-After")).containsExactly("4");
        });
    }

    @Test
    void anErrorInsideAStreamIsThrown() throws Exception {
        CompletableFuture<List<ChatCompletionChunk>> answer = CompletableFuture.supplyAsync(() -> chunksOf(false));

        api.frontend
                .next()
                .says("half of ")
                .ends(new Outcome.Failed(new RequestError(ErrorType.DISCONNECTED, "the worker is gone")));

        assertThatThrownBy(() -> answer.get())
                .cause()
                .isInstanceOf(OpenAIException.class)
                .hasMessageContaining("the worker is gone");
    }

    private ChatCompletion chat(String model, int maxTokens) {
        return client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(model)
                        .addUserMessage("hello")
                        .maxCompletionTokens(maxTokens)
                        .build());
    }

    private List<ChatCompletionChunk> chunksOf(boolean usage) {
        ChatCompletionCreateParams.Builder params =
                ChatCompletionCreateParams.builder().model("tiny").addUserMessage("hello");
        if (usage) {
            params.streamOptions(
                    ChatCompletionStreamOptions.builder().includeUsage(true).build());
        }
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params.build())) {
            return stream.stream().toList();
        }
    }

    private static String textOf(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(c -> c.choices().stream())
                .flatMap(c -> c.delta().content().stream())
                .collect(Collectors.joining());
    }
}
