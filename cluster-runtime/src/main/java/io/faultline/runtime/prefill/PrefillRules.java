package io.faultline.runtime.prefill;

import io.faultline.runtime.seam.Invariants;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// When a prompt is prefilled remotely; can be changed while the cluster runs, by writing [#encode] under [#keyOf]
/// into the discovery store. Key, fields and defaults are Dynamo's. Immutable.
///
/// @param maxLocalPrefillLength uncached prompt tokens up to which a decode worker prefills by itself; default 1000.
///     Lower moves more work away and pays a hand-over for less
/// @param maxPrefillQueueSize waiting jobs from which on a decode worker prefills by itself; default 2. Higher makes
///     prompts wait longer for a prefill worker
public record PrefillRules(int maxLocalPrefillLength, int maxPrefillQueueSize) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LENGTH = "max_local_prefill_length";
    private static final String QUEUE = "max_prefill_queue_size";

    public PrefillRules {
        Invariants.check(maxLocalPrefillLength >= 0 && maxPrefillQueueSize >= 0, "limits are at least 0");
    }

    public static PrefillRules defaults() {
        return new PrefillRules(1_000, 2);
    }

    /// Where the discovery store holds the rules of a model.
    public static String keyOf(String model) {
        return "public/components/disagg_router/models/chat/" + model;
    }

    public String encode() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(LENGTH, maxLocalPrefillLength);
        fields.put(QUEUE, maxPrefillQueueSize);
        return JSON.writeValueAsString(fields);
    }

    /// Empty when the text is not two limits: somebody's slip of the pen is no reason to change anything.
    public static Optional<PrefillRules> decode(String text) {
        try {
            JsonNode fields = JSON.readTree(text);
            int length = fields.path(LENGTH).asInt(-1);
            int queue = fields.path(QUEUE).asInt(-1);
            return length < 0 || queue < 0 ? Optional.empty() : Optional.of(new PrefillRules(length, queue));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}
