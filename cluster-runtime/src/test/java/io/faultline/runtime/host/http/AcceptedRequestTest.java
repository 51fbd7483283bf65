package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.InferenceRequest.Message;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.request.StopConditions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a body means.
class AcceptedRequestTest {
    private static final String ID = "0f9d3c3e-7a51-4a0b-9a44-2d9f3d1f0001";
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @Test
    void everythingIsTakenOver() {
        InferenceRequest request = chat("{" + HI + ",\"model\":\"m\",\"max_tokens\":9,\"min_tokens\":2,"
                + "\"temperature\":0,\"top_p\":0.25,\"seed\":-3,\"stop\":[\"a\",\"b\"],\"ignore_eos\":true,\"stream\":true,"
                + "\"nvext\":{\"agent_hints\":{\"priority\":5,\"osl\":7}}}");

        assertThat(request.model()).isEqualTo("m");
        assertThat(request.stop()).isEqualTo(new StopConditions(9, 2, true, List.of("a", "b")));
        assertThat(request.sampling().temperature()).isZero();
        assertThat(request.sampling().topP()).isEqualTo(0.25);
        assertThat(request.sampling().seed()).isEqualTo(-3);
        assertThat(request.priority()).isEqualTo(5);
        assertThat(request.streaming()).isTrue();
        assertThat(request.deadlineNanos()).isEqualTo(77);
    }

    @Test
    void whatIsLeftOutHasOpenAisMeaning() {
        InferenceRequest request = chat("{\"model\":\"m\"," + HI + "}");

        assertThat(request.stop()).isEqualTo(new StopConditions(Integer.MAX_VALUE, 0, false, List.of()));
        assertThat(request.sampling().temperature()).isEqualTo(1);
        assertThat(request.sampling().topP()).isEqualTo(1);
        assertThat(request.priority()).isZero();
        assertThat(request.streaming()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"frequency_penalty\":0,\"presence_penalty\":0.0,\"n\":1,\"logprobs\":false,\"top_k\":-1",
                "\"stream\":null,\"stop\":null,\"max_tokens\":null,\"tools\":null,\"logit_bias\":{},\"n\":null",
                "\"tools\":[{\"type\":\"function\"}],\"tool_choice\":\"auto\",\"response_format\":{\"type\":\"text\"}",
                "\"max_tokens\":4,\"max_completion_tokens\":4,\"store\":true,\"metadata\":{\"deep\":[[[{\"x\":[]}]]]}",
                "\"prompt\":5,\"unheard_of\":{\"model\":3},\"guided_decoding_backend\":\"x\",\"nvext\":{\"unknown\":[1]}",
            })
    void fieldsThatChangeNothingAreLetThrough(String fields) {
        assertThat(chat("{\"model\":\"m\"," + HI + "," + fields + "}").prompt())
                .isEqualTo(new Prompt.Chat(List.of(new Message("user", "hi"))));
    }

    @Test
    void messagesComeAsTextAsPartsOrAsToolCalls() {
        InferenceRequest request = chat("{\"model\":\"m\",\"messages\":["
                + "{\"content\":[{\"text\":\"one \",\"type\":\"text\"},{\"type\":\"text\",\"text\":\"two\"}],\"role\":\"user\"},"
                + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"\"}]}");

        assertThat(request.prompt())
                .isEqualTo(new Prompt.Chat(List.of(
                        new Message("user", "one two"), new Message("assistant", ""), new Message("tool", ""))));
    }

    @Test
    void promptsComeAsTextOrTokens() {
        assertThat(completion("\"once\"")).isEqualTo(new Prompt.Text("once"));
        assertThat(completion("[\"once\"]")).isEqualTo(new Prompt.Text("once"));
        assertThat(((Prompt.Tokens) completion("[1,2,3]")).tokens()).containsExactly(1, 2, 3);
        assertThat(((Prompt.Tokens) completion("[[4,5]]")).tokens()).containsExactly(4, 5);
    }

    @Test
    void greedyIsTemperatureZero() {
        assertThat(chat("{\"model\":\"m\"," + HI + ",\"temperature\":1.5,\"nvext\":{\"greed_sampling\":true}}")
                        .sampling()
                        .temperature())
                .isZero();
    }

    private static InferenceRequest chat(String body) {
        return read(ApiEndpoint.CHAT_COMPLETIONS, body);
    }

    private static Prompt completion(String prompt) {
        return read(ApiEndpoint.COMPLETIONS, "{\"model\":\"m\",\"prompt\":" + prompt + "}")
                .prompt();
    }

    private static InferenceRequest read(ApiEndpoint endpoint, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        CompletionReader.Reading reading = CompletionReader.read(endpoint, ID, "", bytes, bytes.length, 77);
        assertThat(reading).isInstanceOf(CompletionReader.Reading.Accepted.class);
        return ((CompletionReader.Reading.Accepted) reading).request();
    }
}
