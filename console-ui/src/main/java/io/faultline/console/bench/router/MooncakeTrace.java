package io.faultline.console.bench.router;

import io.faultline.sim.bench.PromptTrace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads loads in Mooncake's format: one JSON object a line, with `timestamp` in milliseconds, `input_length`,
/// `output_length` and `hash_ids`.
public final class MooncakeTrace {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private MooncakeTrace() {}

    public static PromptTrace read(Path file, int requestsMax) throws IOException {
        JsonMapper json = new JsonMapper();
        List<PromptTrace.Line> lines = new ArrayList<>();
        try (BufferedReader text = Files.newBufferedReader(file)) {
            for (String line = text.readLine(); line != null && lines.size() < requestsMax; line = text.readLine()) {
                JsonNode node = json.readTree(line);
                JsonNode ids = node.required("hash_ids");
                long[] chain = new long[ids.size()];
                for (int i = 0; i < chain.length; i++) {
                    chain[i] = ids.get(i).asLong();
                }
                if (chain.length > 0) {
                    lines.add(new PromptTrace.Line(
                            node.required("timestamp").asLong() * NANOS_PER_MILLI,
                            Math.max(1, node.required("input_length").asInt()),
                            Math.max(1, node.required("output_length").asInt()),
                            chain));
                }
            }
        }
        return new PromptTrace(lines);
    }
}
