package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The fields of one generation request while they are read, in whatever order they come, and the checks that
/// need more than one of them. Used once.
final class CompletionFields {
    private static final int MODEL_CHARS_MAX = 256;
    private static final int STOP_CHARS_MAX = 1024;
    private static final int PRIORITY_MAX = 100;
    private static final int USER_CHARS_MAX = 256;

    private final ApiEndpoint endpoint;
    private final JsonFields json;
    private final Set<String> passedOver;
    private @Nullable String model;
    private @Nullable Prompt prompt;
    private @Nullable Integer maxTokens;
    private @Nullable Integer maxCompletionTokens;
    private int minTokens;
    private double temperature = 1;
    private double topP = 1;
    private @Nullable Long seed;
    private List<String> stopStrings = List.of();
    private boolean ignoreEos;
    private boolean streaming;
    private boolean streamOptions;
    private boolean includeUsage;
    private boolean greedy;
    private boolean workerIds;
    private int priority;
    private String user = "";

    /// @param passedOver names of fields that are not looked at
    CompletionFields(ApiEndpoint endpoint, JsonFields json, Set<String> passedOver) {
        this.endpoint = endpoint;
        this.json = json;
        this.passedOver = passedOver;
    }

    /// Reads the value of the field `name` of the body.
    void read(String name) throws BadField {
        if (passedOver.contains(name)) {
            json.skip();
            return;
        }
        if (json.isNull()) {
            // OpenAI's clients send null for what they leave to the server.
            return;
        }
        switch (name) {
            case "model" -> model = modelName();
            case "messages" -> readIf(ApiEndpoint.CHAT_COMPLETIONS);
            case "prompt" -> readIf(ApiEndpoint.COMPLETIONS);
            case "max_tokens" -> maxTokens = json.integer(1, Integer.MAX_VALUE);
            case "max_completion_tokens" -> maxCompletionTokens = json.integer(1, Integer.MAX_VALUE);
            case "min_tokens" -> minTokens = json.integer(0, Integer.MAX_VALUE);
            case "temperature" -> temperature = json.number(0, 2);
            case "top_p" -> topP = topP();
            case "seed" -> seed = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
            case "stop" -> stopStrings = stopStrings();
            case "ignore_eos" -> ignoreEos = json.flag();
            case "stream" -> streaming = json.flag();
            case "stream_options" -> streamOptions();
            case "user" -> user = user();
            case "nvext" -> json.object(this::extension);
            default -> UnservedFields.read(name, json);
        }
    }

    private void readIf(ApiEndpoint wanted) throws BadField {
        if (endpoint != wanted) {
            json.skip();
            return;
        }
        prompt = wanted == ApiEndpoint.CHAT_COMPLETIONS ? PromptReader.chat(json) : PromptReader.completion(json);
    }

    private String modelName() throws BadField {
        String text = json.text();
        if (text.isBlank() || text.length() > MODEL_CHARS_MAX) {
            throw json.invalid("must have 1 to " + MODEL_CHARS_MAX + " characters");
        }
        return text;
    }

    private double topP() throws BadField {
        double value = json.number(0, 1);
        if (value == 0) {
            throw json.invalid("must be greater than 0");
        }
        return value;
    }

    private String user() throws BadField {
        String text = json.text();
        return text.length() <= USER_CHARS_MAX ? text : text.substring(0, USER_CHARS_MAX);
    }

    private List<String> stopStrings() throws BadField {
        List<String> texts = new ArrayList<>();
        if (json.isString()) {
            texts.add(stopString());
        } else if (json.isArray()) {
            json.array(_ -> {
                if (texts.size() == StopConditions.STOP_STRINGS_MAX) {
                    throw json.invalid(
                            "is one stop string too many; up to " + StopConditions.STOP_STRINGS_MAX + " are taken");
                }
                texts.add(stopString());
            });
        } else {
            throw json.invalid("must be a string or an array of strings");
        }
        return texts;
    }

    private String stopString() throws BadField {
        String text = json.text();
        if (text.isEmpty() || text.length() > STOP_CHARS_MAX) {
            throw json.invalid("must have 1 to " + STOP_CHARS_MAX + " characters");
        }
        return text;
    }

    private void streamOptions() throws BadField {
        streamOptions = true;
        json.object(name -> {
            if (name.equals("include_usage") && !json.isNull()) {
                includeUsage = json.flag();
            } else {
                json.skip();
            }
        });
    }

    /// Dynamo's extensions.
    private void extension(String name) throws BadField {
        if (json.isNull()) {
            return;
        }
        switch (name) {
            case "extra_fields" -> json.array(_ -> workerIds |= json.text().equals("worker_id"));
            case "agent_hints" -> json.object(this::agentHint);
            case "greed_sampling" -> greedy = json.flag();
            case "ignore_eos" -> ignoreEos = json.flag();
            default -> UnservedFields.readExtension(name, json);
        }
    }

    private void agentHint(String name) throws BadField {
        if (name.equals("priority") && !json.isNull()) {
            priority = json.integer(-PRIORITY_MAX, PRIORITY_MAX);
        } else {
            json.skip();
        }
    }

    AnswerOptions options() {
        return new AnswerOptions(includeUsage, workerIds);
    }

    /// The request, once all fields are read.
    /// @param tenant by its API key; empty without one, and the `user` field counts
    InferenceRequest request(String id, String tenant, long deadlineNanos) throws BadField {
        if (model == null) {
            throw missing("model");
        }
        if (prompt == null) {
            throw missing(endpoint == ApiEndpoint.CHAT_COMPLETIONS ? "messages" : "prompt");
        }
        if (streamOptions && !streaming) {
            throw wrong("stream_options", "'stream_options' is for streams; set 'stream' to true or leave it out.");
        }
        int limit = tokenLimit();
        if (minTokens > limit) {
            throw wrong("min_tokens", "'min_tokens' is larger than the limit of tokens, " + limit + ".");
        }
        return new InferenceRequest(
                id,
                model,
                prompt,
                new StopConditions(limit, minTokens, ignoreEos, stopStrings),
                new SamplingOptions(greedy ? 0 : temperature, topP, seed == null ? seedOf(id) : seed),
                endpoint,
                streaming,
                priority,
                tenant.isEmpty() ? user : tenant,
                deadlineNanos);
    }

    /// Without a limit of the client's, the context is the limit, which the frontend knows.
    private int tokenLimit() throws BadField {
        if (maxTokens != null && maxCompletionTokens != null && !maxTokens.equals(maxCompletionTokens)) {
            throw wrong(
                    "max_tokens",
                    "'max_tokens' and 'max_completion_tokens' differ; send one of the two, or the same number in both.");
        }
        if (maxCompletionTokens != null) {
            return maxCompletionTokens;
        }
        return maxTokens == null ? Integer.MAX_VALUE : maxTokens;
    }

    /// A request that names no seed gets one from its id: different for every request, and known to whoever has
    /// the id.
    private static long seedOf(String id) {
        UUID uuid = UUID.fromString(id);
        return uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits();
    }

    private static BadField missing(String field) {
        return wrong(field, "'" + field + "' is missing.");
    }

    private static BadField wrong(String field, String message) {
        return new BadField(ErrorType.INVALID_ARGUMENT, field, message);
    }
}
