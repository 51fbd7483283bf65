package io.faultline.runtime.host.events;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.seam.NodeId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A recording: one JSON object a line, `{"sequence","atNanos","node","type","record"}`, in the order of the stream.
/// What is written reads back equal.
public final class EventFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    private static final Map<String, Class<?>> TYPES = types();

    private EventFile() {}

    private static Map<String, Class<?>> types() {
        Map<String, Class<?>> types = new LinkedHashMap<>();
        EventRecord.kinds().forEach(type -> types.put(type.getSimpleName(), type));
        return types;
    }

    /// Writes every event that it is fed. Close it to have everything on disk.
    public static final class Recorder implements Fold, AutoCloseable {
        private final BufferedWriter out;

        /// @throws IOException when the file cannot be made
        public Recorder(Path file) throws IOException {
            this.out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        }

        @Override
        public void apply(ClusterEvent event) {
            ObjectNode line = JSON.createObjectNode();
            line.put("sequence", event.sequence());
            line.put("atNanos", event.atNanos());
            line.put("node", event.node().value());
            line.put("type", event.record().getClass().getSimpleName());
            line.set("record", JSON.valueToTree(event.record()));
            try {
                out.write(JSON.writeValueAsString(line));
                out.newLine();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the recording", e);
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /// Feeds a recording to `fold`, from its first event to its last.
    ///
    /// @return how many there were
    /// @throws MalformedRecording when a line is not an event, or the sequence has a gap
    /// @throws IOException when the file cannot be read
    public static long replay(Path file, Fold fold) throws IOException, MalformedRecording {
        long count = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                ClusterEvent event = parse(line, count + 1);
                if (event.sequence() != count) {
                    throw new MalformedRecording(
                            count + 1, "event " + event.sequence() + " stands where " + count + " is due");
                }
                fold.apply(event);
                count++;
            }
        }
        return count;
    }

    private static ClusterEvent parse(String line, long number) throws MalformedRecording {
        try {
            JsonNode json = JSON.readTree(line);
            String name = json.required("type").asString();
            Class<?> type = TYPES.get(name);
            if (type == null) {
                throw new MalformedRecording(number, "'" + name + "' is no kind of event");
            }
            EventRecord record = (EventRecord) JSON.treeToValue(json.required("record"), type);
            return new ClusterEvent(
                    json.required("sequence").asLong(),
                    json.required("atNanos").asLong(),
                    new NodeId(json.required("node").asString()),
                    record);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new MalformedRecording(
                    number,
                    "not an event: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /// A file that is no recording, or one that was cut or changed.
    public static final class MalformedRecording extends Exception {
        private static final long serialVersionUID = 1;

        MalformedRecording(long line, String what) {
            super("line " + line + ": " + what);
        }
    }
}
