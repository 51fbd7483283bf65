package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.Usage;
import java.util.List;

/// Writes one answer in the form of its API. What is the same in every chunk is formatted once, so that a token costs
/// two copies and its own characters. Immutable; the writing goes to the caller's [JsonBytes].
final class AnswerShape {
    private final ApiEndpoint endpoint;
    private final AnswerOptions options;
    private final byte[] chunkHead;
    private final byte[] textHead;
    private final byte[] textTail;
    private final byte[] chunkTail;
    private final byte[] documentHead;

    /// @param createdSeconds Unix time
    AnswerShape(ApiEndpoint endpoint, String id, String model, long createdSeconds, AnswerOptions options) {
        this.endpoint = endpoint;
        this.options = options;
        boolean chat = endpoint == ApiEndpoint.CHAT_COMPLETIONS;
        JsonBytes out = new JsonBytes(256);
        this.chunkHead = head(
                out.ascii("data: "), chat ? "chat.completion.chunk" : "text_completion", id, model, createdSeconds);
        this.documentHead = head(out.clear(), chat ? "chat.completion" : "text_completion", id, model, createdSeconds);
        out.clear().raw(chunkHead).ascii("\"choices\":[{\"index\":0,");
        this.textHead =
                out.ascii(chat ? "\"delta\":{\"content\":\"" : "\"text\":\"").toArray();
        this.textTail = out.clear()
                .ascii(chat ? "\"}," : "\",")
                .ascii("\"logprobs\":null,\"finish_reason\":null}]")
                .toArray();
        this.chunkTail = out.clear()
                .ascii(options.includeUsage() ? ",\"usage\":null}\n\n" : "}\n\n")
                .toArray();
    }

    private byte[] head(JsonBytes out, String object, String id, String model, long createdSeconds) {
        return out.ascii("{\"id\":\"")
                .ascii(endpoint == ApiEndpoint.CHAT_COMPLETIONS ? "chatcmpl-" : "cmpl-")
                .ascii(id)
                .ascii("\",\"object\":\"")
                .ascii(object)
                .ascii("\",\"created\":")
                .number(createdSeconds)
                .ascii(",\"model\":")
                .string(model)
                .ascii(",")
                .toArray();
    }

    /// What a stream begins with; completions begin with their first text.
    void writeRole(JsonBytes out, List<Long> workers) {
        if (endpoint == ApiEndpoint.CHAT_COMPLETIONS) {
            out.raw(chunkHead)
                    .ascii("\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},")
                    .ascii("\"logprobs\":null,\"finish_reason\":null}]");
            writeWorkers(out, workers);
            out.raw(chunkTail);
        }
    }

    boolean beginsWithRole() {
        return endpoint == ApiEndpoint.CHAT_COMPLETIONS;
    }

    boolean tellsWorkers() {
        return options.workerIds();
    }

    void writeText(JsonBytes out, String text) {
        out.raw(textHead).escaped(text).raw(textTail).raw(chunkTail);
    }

    /// [#writeText] of a chunk that also says who serves the request now.
    void writeText(JsonBytes out, String text, List<Long> workers) {
        out.raw(textHead).escaped(text).raw(textTail);
        writeWorkers(out, workers);
        out.raw(chunkTail);
    }

    /// The chunk that ends a stream well, and the token counts if they were asked for.
    void writeEnd(JsonBytes out, FinishReason reason, Usage usage, List<Long> workers) {
        out.raw(chunkHead).ascii("\"choices\":[{\"index\":0,");
        out.ascii(endpoint == ApiEndpoint.CHAT_COMPLETIONS ? "\"delta\":{}," : "\"text\":\"\",");
        out.ascii("\"logprobs\":null,\"finish_reason\":\"")
                .ascii(reason.wireName())
                .ascii("\"}]");
        writeWorkers(out, workers);
        out.raw(chunkTail);
        if (options.includeUsage()) {
            out.raw(chunkHead).ascii("\"choices\":[],");
            writeUsage(out, usage);
            out.ascii("}\n\n");
        }
    }

    /// The whole answer as one document.
    void writeDocument(JsonBytes out, CharSequence text, FinishReason reason, Usage usage, List<Long> workers) {
        out.raw(documentHead).ascii("\"choices\":[{\"index\":0,");
        if (endpoint == ApiEndpoint.CHAT_COMPLETIONS) {
            out.ascii("\"message\":{\"role\":\"assistant\",\"content\":")
                    .string(text)
                    .ascii(",\"refusal\":null},");
        } else {
            out.ascii("\"text\":").string(text).ascii(",");
        }
        out.ascii("\"logprobs\":null,\"finish_reason\":\"")
                .ascii(reason.wireName())
                .ascii("\"}],");
        writeUsage(out, usage);
        writeWorkers(out, workers);
        out.ascii("}");
    }

    private static void writeUsage(JsonBytes out, Usage usage) {
        out.ascii("\"usage\":{\"prompt_tokens\":").number(usage.promptTokens());
        out.ascii(",\"completion_tokens\":").number(usage.completionTokens());
        out.ascii(",\"total_tokens\":").number((long) usage.promptTokens() + usage.completionTokens());
        out.ascii(",\"prompt_tokens_details\":{\"cached_tokens\":")
                .number(usage.cachedTokens())
                .ascii("}}");
    }

    /// Dynamo's two fields for the first and the last, and ours for all of them in order.
    private void writeWorkers(JsonBytes out, List<Long> workers) {
        if (!options.workerIds() || workers.isEmpty()) {
            return;
        }
        out.ascii(",\"nvext\":{\"worker_id\":{\"prefill_worker_id\":").unsigned(workers.getFirst());
        out.ascii(",\"decode_worker_id\":").unsigned(workers.getLast()).ascii(",\"workers\":[");
        for (int i = 0; i < workers.size(); i++) {
            out.ascii(i == 0 ? "" : ",").unsigned(workers.get(i));
        }
        out.ascii("]}}");
    }
}
