package io.faultline.runtime.discovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.transport.Address;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Registrations as the JSON that stands in the store: the keys and the fields of an instance and of a model card
/// are Dynamo's, with the node's name added.
final class InstanceCodec {
    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private InstanceCodec() {}

    static String encodeInstance(Instance instance) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("component", instance.component());
        fields.put("endpoint", instance.endpoint());
        fields.put("namespace", instance.namespace());
        fields.put("instance_id", instance.id());
        fields.put("transport", Map.of("tcp", instance.address().value()));
        fields.put("node", instance.node());
        return JSON.writeValueAsString(fields);
    }

    static String encodeCard(Instance instance) {
        ModelCard card = instance.card();
        Map<String, Object> runtime = new LinkedHashMap<>();
        runtime.put("total_kv_blocks", card.kvBlocks());
        runtime.put("max_num_seqs", card.sequencesMax());
        runtime.put("max_num_batched_tokens", card.batchedTokensMax());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("display_name", card.model());
        fields.put("context_length", card.contextTokens());
        fields.put("kv_cache_block_size", card.kvBlockTokens());
        fields.put("runtime_config", runtime);
        return JSON.writeValueAsString(fields);
    }

    /// Empty when either text is not what this codec writes: somebody else's key is no reason to fail.
    static Optional<Instance> decode(String instance, String card) {
        try {
            JsonNode i = JSON.readTree(instance);
            JsonNode c = JSON.readTree(card);
            JsonNode r = c.path("runtime_config");
            return Optional.of(new Instance(
                    i.required("instance_id").asLong(),
                    i.path("node").asString(""),
                    i.required("namespace").asString(),
                    i.required("component").asString(),
                    i.required("endpoint").asString(),
                    new Address(i.required("transport").required("tcp").asString()),
                    new ModelCard(
                            c.required("display_name").asString(),
                            c.required("context_length").asInt(),
                            r.path("total_kv_blocks").asInt(0),
                            c.required("kv_cache_block_size").asInt(),
                            r.path("max_num_seqs").asInt(0),
                            r.path("max_num_batched_tokens").asInt(0))));
        } catch (JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
