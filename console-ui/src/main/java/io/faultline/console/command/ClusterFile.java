package io.faultline.console.command;

import io.faultline.runtime.config.ClusterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A cluster's description as JSON: the components of [ClusterConfig] by name, and theirs within; what is left out is
/// as in the demo cluster.
final class ClusterFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // What a record can be asked is not part of its description.
            .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
            .build();

    private ClusterFile() {}

    /// What is given takes the place of what is there, however deep.
    private static void override(ObjectNode whole, ObjectNode given) {
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            if (whole.get(field.getKey()) instanceof ObjectNode there && field.getValue() instanceof ObjectNode part) {
                override(there, part);
            } else {
                whole.set(field.getKey(), field.getValue());
            }
        }
    }

    static ClusterConfig read(Path file) {
        try {
            JsonNode given = JSON.readTree(Files.readString(file));
            if (!(given instanceof ObjectNode fields)) {
                throw new UserMistake(file + ": a cluster is described by a JSON object");
            }
            ObjectNode whole = JSON.valueToTree(ClusterConfig.demo());
            override(whole, fields);
            return JSON.treeToValue(whole, ClusterConfig.class);
        } catch (IOException e) {
            throw new UserMistake("cannot read the cluster file " + file + "; check its name and rights");
        } catch (JacksonException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new UserMistake(file + ": "
                    + String.valueOf(cause.getMessage()).lines().findFirst().orElse("not a cluster description"));
        }
    }
}
