package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.http.RawClient.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that are wrong are refused with the name of the field, and nothing of them reaches the frontend.
class BadRequestTest {
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(api.frontend.submitted())
                .as("requests that reached the frontend")
                .isZero();
        api.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | model                     | "messages":[{"role":"user","content":"hi"}]
            400 | model                     | "model":7,"messages":[{"role":"user","content":"hi"}]
            400 | model                     | "model":" ","messages":[{"role":"user","content":"hi"}]
            400 | messages                  | "model":"tiny"
            400 | messages                  | "model":"tiny","messages":null
            400 | messages                  | "model":"tiny","messages":[]
            400 | messages                  | "model":"tiny","messages":"hi"
            400 | messages[0]               | "model":"tiny","messages":["hi"]
            400 | messages[0]               | "model":"tiny","messages":[{"content":"hi"}]
            400 | messages[1]               | "model":"tiny","messages":[{"role":"user","content":"hi"},{"role":"user"}]
            400 | messages[0].role          | "model":"tiny","messages":[{"role":"king","content":"hi"}]
            400 | messages[0].content       | "model":"tiny","messages":[{"role":"user","content":7}]
            400 | messages[0].content[0]    | "model":"tiny","messages":[{"role":"user","content":[{"type":"text"}]}]
            501 | messages[0].content[0].type | "model":"tiny","messages":[{"role":"user","content":[{"type":"image_url"}]}]
            """)
    void messages(int status, String param, String fields) throws Exception {
        refuses("/v1/chat/completions", "{" + fields + "}", status, param);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | prompt    | "model":"tiny"
            400 | prompt    | "model":"tiny","prompt":""
            400 | prompt    | "model":"tiny","prompt":[]
            400 | prompt    | "model":"tiny","prompt":[[]]
            400 | prompt[1] | "model":"tiny","prompt":["a",1]
            400 | prompt[1] | "model":"tiny","prompt":[1,"a"]
            400 | prompt[1] | "model":"tiny","prompt":[1,[2]]
            400 | prompt[1] | "model":"tiny","prompt":[[1],2]
            400 | prompt[0] | "model":"tiny","prompt":[-1]
            400 | prompt[1] | "model":"tiny","prompt":[1,2.5]
            400 | prompt[0] | "model":"tiny","prompt":[99999999999]
            400 | prompt[0] | "model":"tiny","prompt":[{}]
            501 | prompt[1] | "model":"tiny","prompt":["a","b"]
            501 | prompt[1] | "model":"tiny","prompt":["a","b"],"echo":true
            400 | temperature | "model":"tiny","prompt":"a","echo":true,"temperature":"hot"
            400 | temperature | "model":"tiny","temperature":"hot","prompt":"a","echo":true
            400 | model     | "prompt":["a","b"]
            501 | prompt[1] | "model":"tiny","prompt":[[1],[2]]
            501 | echo      | "model":"tiny","prompt":"a","echo":true
            501 | suffix    | "model":"tiny","prompt":"a","suffix":"z"
            501 | logprobs  | "model":"tiny","prompt":"a","logprobs":0
            501 | best_of   | "model":"tiny","prompt":"a","best_of":3
            """)
    void prompts(int status, String param, String fields) throws Exception {
        refuses("/v1/completions", "{" + fields + "}", status, param);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | max_tokens            | "max_tokens":-1
            400 | max_tokens            | "max_tokens":0
            400 | max_tokens            | "max_tokens":1.5
            400 | max_tokens            | "max_tokens":"9"
            400 | max_tokens            | "max_tokens":99999999999999999999999
            400 | max_tokens            | "max_tokens":5,"max_completion_tokens":6
            400 | max_completion_tokens | "max_completion_tokens":-5
            400 | min_tokens            | "min_tokens":-1
            400 | min_tokens            | "min_tokens":9,"max_tokens":8
            400 | temperature           | "temperature":-0.1
            400 | temperature           | "temperature":2.1
            400 | temperature           | "temperature":1e400
            400 | temperature           | "temperature":"hot"
            400 | temperature           | "temperature":true
            400 | top_p                 | "top_p":0
            400 | top_p                 | "top_p":1.01
            400 | seed                  | "seed":0.5
            400 | seed                  | "seed":9223372036854775808
            400 | n                     | "n":0
            400 | n                     | "n":1000000000
            501 | n                     | "n":2
            400 | stop                  | "stop":7
            400 | stop                  | "stop":""
            400 | stop[1]               | "stop":["a",null]
            400 | stop[32]              | "stop":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20","21","22","23","24","25","26","27","28","29","30","31","32","33"]
            400 | stream                | "stream":"yes"
            400 | stream_options        | "stream_options":{"include_usage":true}
            400 | stream_options.include_usage | "stream":true,"stream_options":{"include_usage":1}
            400 | user                  | "user":5
            400 | ignore_eos            | "ignore_eos":"no"
            400 | nvext                 | "nvext":[]
            400 | nvext.extra_fields    | "nvext":{"extra_fields":"worker_id"}
            400 | nvext.agent_hints.priority | "nvext":{"agent_hints":{"priority":1e9}}
            501 | nvext.backend_instance_id | "nvext":{"backend_instance_id":4}
            501 | logprobs              | "logprobs":true
            501 | top_logprobs          | "top_logprobs":3
            400 | top_logprobs          | "top_logprobs":-3
            501 | presence_penalty      | "presence_penalty":0.5
            400 | frequency_penalty     | "frequency_penalty":5
            501 | repetition_penalty    | "repetition_penalty":1.2
            501 | top_k                 | "top_k":40
            501 | logit_bias.50         | "logit_bias":{"50":-100}
            501 | stop_token_ids[0]     | "stop_token_ids":[2]
            501 | tool_choice           | "tools":[],"tool_choice":"required"
            501 | tool_choice           | "tool_choice":{"type":"function","function":{"name":"f"}}
            400 | tool_choice           | "tool_choice":"perhaps"
            501 | response_format.type  | "response_format":{"type":"json_schema","json_schema":{"name":"x"}}
            501 | response_format.type  | "response_format":{"type":"json_object"}
            501 | guided_json           | "guided_json":{"type":"object"}
            501 | modalities[1]         | "modalities":["text","audio"]
            """)
    void parameters(int status, String param, String fields) throws Exception {
        refuses(
                "/v1/chat/completions",
                "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}",
                status,
                param);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "{",
                "{}}",
                "{} {}",
                "{'model':'tiny'}",
                "{\"model\":\"tiny\",}",
                "{\"temperature\":NaN}",
                "{\"temperature\":Infinity}",
                "{\"temperature\":+1}",
                "{\"temperature\":01}",
                "{\"temperature\":.5}",
                "{\"model\":\"tiny\",\"model\":\"tiny\"}",
                "{\"ignored\":{\"a\":1,\"a\":2}}",
                "{\"model\":\"ti\nny\"}",
                "{\"model\":\"\\x\"}",
                "{\"model\":\"tiny\" // why\n}",
                "\u0000"
            })
    void documents(String body) throws Exception {
        refuses("/v1/chat/completions", body, 400, null);
    }

    @Test
    void depthIsBounded() throws Exception {
        refuses("/v1/chat/completions", "{\"ignored\":" + "[".repeat(100_000), 400, null);
        refuses("/v1/chat/completions", "[".repeat(100_000), 400, null);
    }

    @Test
    void numbersAreBounded() throws Exception {
        refuses("/v1/chat/completions", "{\"ignored\":" + "9".repeat(1_000_000) + "}", 400, null);
        refuses("/v1/chat/completions", "{\"max_tokens\":" + "9".repeat(1_000_000) + "}", 400, null);
    }

    @Test
    void brokenUtf8IsRefused() throws Exception {
        try (RawClient client = api.connect()) {
            client.sendBytes(
                    "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n{\"a\":\"",
                    new byte[] {(byte) 0xC3, '(', '"', '}', ' '});
            assertThat(client.response().status()).isEqualTo(400);
        }
    }

    @Test
    void otherMediaTypesAreRefused() throws Exception {
        try (RawClient client = api.connect()) {
            client.send("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: 2\r\n\r\n{}");
            assertThat(client.response().status()).isEqualTo(415);
        }
        try (RawClient client = api.connect()) {
            client.post("/v1/completions", "{}", "Content-Encoding: gzip\r\n");
            assertThat(client.response().status()).isEqualTo(415);
        }
    }

    private static void refuses(String path, String body, int status, String param) throws Exception {
        try (RawClient client = api.connect()) {
            Response response = client.post(path, body).response();
            assertThat(response.status()).as(response.body()).isEqualTo(status);
            if (param != null) {
                assertThat(response.body()).contains("\"param\":\"" + param + "\"");
            }
            assertThat(response.header("content-type")).isEqualTo("application/json");
            // One bad request does not end the connection.
            assertThat(client.get("/live").response().status()).isEqualTo(200);
        }
    }
}
