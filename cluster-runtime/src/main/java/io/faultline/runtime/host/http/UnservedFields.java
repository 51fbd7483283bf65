package io.faultline.runtime.host.http;

/// Fields that would change the answer but are not served here. They are let through when their value changes nothing,
/// and refused by name otherwise: an answer that silently ignores what was asked for is worse than none. All other
/// fields are passed over. Stateless.
final class UnservedFields {
    private static final int CHOICES_MAX = 128;
    private static final int LOGPROBS_MAX = 20;

    private UnservedFields() {}

    static void read(String name, JsonFields json) throws BadField {
        switch (name) {
            case "n", "best_of" -> {
                if (json.integer(1, CHOICES_MAX) > 1) {
                    throw json.notServed("must be 1: one answer a request is served here");
                }
            }
            case "presence_penalty", "frequency_penalty" -> neutral(json, json.number(-2, 2) == 0);
            case "repetition_penalty", "length_penalty" -> neutral(json, json.number(0, Double.MAX_VALUE) == 1);
            case "min_p" -> neutral(json, json.number(0, 1) == 0);
            case "top_k" -> neutral(json, json.integer(-1, Integer.MAX_VALUE) <= 0);
            case "logprobs" -> {
                if (json.isBoolean()) {
                    neutral(json, !json.flag());
                } else {
                    json.integer(0, LOGPROBS_MAX);
                    throw notServed(json);
                }
            }
            case "top_logprobs", "prompt_logprobs" -> neutral(json, json.integer(0, LOGPROBS_MAX) == 0);
            case "echo", "use_beam_search" -> neutral(json, !json.flag());
            case "suffix" -> neutral(json, json.text().isEmpty());
            case "logit_bias" -> emptyObject(json);
            case "stop_token_ids", "bad_words" -> emptyArray(json);
            case "tool_choice", "function_call" -> toolChoice(json);
            case "response_format" -> responseFormat(json);
            case "modalities" -> modalities(json);
            case "prompt_embeds", "audio" -> throw notServed(json);
            default -> guided(name, json);
        }
    }

    /// The same for Dynamo's extensions.
    static void readExtension(String name, JsonFields json) throws BadField {
        switch (name) {
            case "top_k", "repetition_penalty" -> read(name, json);
            case "use_raw_prompt" -> neutral(json, !json.flag());
            case "token_data", "backend_instance_id", "prefill_worker_id", "decode_worker_id", "max_thinking_tokens" ->
                throw notServed(json);
            default -> guided(name, json);
        }
    }

    private static void guided(String name, JsonFields json) throws BadField {
        if (name.startsWith("guided_") && !name.endsWith("_backend") || name.equals("structured_outputs")) {
            throw json.notServed("asks for guided decoding, which is not served here");
        }
        json.skip();
    }

    private static void toolChoice(JsonFields json) throws BadField {
        if (json.isObject()) {
            throw json.notServed("forces a tool call, which is not served here");
        }
        switch (json.text()) {
            case "none", "auto" -> {
                // The model may answer in words, and does.
            }
            case "required" -> throw json.notServed("forces a tool call, which is not served here");
            default -> throw json.invalid("must be none or auto");
        }
    }

    private static void responseFormat(JsonFields json) throws BadField {
        json.object(name -> {
            if (!name.equals("type")) {
                json.skip();
                return;
            }
            switch (json.text()) {
                case "text" -> {
                    // What is answered anyway.
                }
                case "json_object", "json_schema" ->
                    throw json.notServed("asks for guided decoding, which is not served here");
                default -> throw json.invalid("must be text");
            }
        });
    }

    private static void modalities(JsonFields json) throws BadField {
        json.array(_ -> {
            if (!json.text().equals("text")) {
                throw notServed(json);
            }
        });
    }

    private static void emptyObject(JsonFields json) throws BadField {
        json.object(_ -> {
            throw notServed(json);
        });
    }

    private static void emptyArray(JsonFields json) throws BadField {
        json.array(_ -> {
            throw notServed(json);
        });
    }

    private static void neutral(JsonFields json, boolean changesNothing) throws BadField {
        if (!changesNothing) {
            throw notServed(json);
        }
    }

    private static BadField notServed(JsonFields json) {
        return json.notServed("is not served here; leave it out");
    }
}
