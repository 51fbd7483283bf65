package io.faultline.runtime.host.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.event.ScalingEvent.PlannerDecided;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("REQ-11: the planner's decisions as an event file of TensorBoard")
@Shows("REQ-11")
class PlannerTrailTest {
    /// Every event file begins so: a first record of 24 bytes, and the checksum of that number.
    private static final byte[] BEGINNING = {0x18, 0, 0, 0, 0, 0, 0, 0, (byte) 0xa3, 0x7f, 0x4b, 0x22, 0x09};

    @TempDir
    private Path directory;

    @Test
    void everyVerdictIsAStepWithItsInputsAndChangesHaveTheirReasons() throws IOException {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_800_000_000L, 500_000_000L), ZoneOffset.UTC);
        try (PlannerTrail trail = new PlannerTrail(new SummaryFile(directory, clock))) {
            trail.apply(event(DecisionKind.HOLD, 4, 4, 0.625, "KV use 62 %"));
            trail.apply(event(DecisionKind.ROLL_BACK, 3, 4, 0.975, "KV use 97 % for 3 intervals"));
        }

        Path file = onlyFile();
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.1800000000.");
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).startsWith(BEGINNING);
        List<byte[]> records = records(bytes);
        assertThat(records).hasSize(4);
        assertThat(new String(records.getFirst(), StandardCharsets.UTF_8)).endsWith("brain.Event:2");
        Map<String, Float> held = scalars(records.get(1));
        assertThat(held).hasSize(10).containsEntry("planner/decode/workers_wanted", 4f);
        assertThat(held.get("planner/decode/kv_use")).isCloseTo(0.625f, within(1e-6f));
        assertThat(scalars(records.get(2)))
                .containsEntry("planner/decode/workers_before", 3f)
                .containsEntry("planner/decode/workers_wanted", 4f);
        assertThat(new String(records.get(3), StandardCharsets.UTF_8))
                .contains("planner/decode/decisions", "text", "ROLL_BACK 3 to 4: KV use 97 % for 3 intervals");
        assertThat(step(records.get(1))).isEqualTo(1);
        assertThat(step(records.get(3))).isEqualTo(2);
    }

    private static ClusterEvent event(DecisionKind kind, int from, int to, double kvUse, String why) {
        return new ClusterEvent(
                1,
                1,
                new NodeId("planner-0"),
                new PlannerDecided(7, NodeRole.DECODE, kind, from, to, from, from, kvUse, 2, 0.5, 1, 0, why));
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    private static List<byte[]> records(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            int start = in.position();
            int length = (int) in.getLong();
            assertThat(in.getInt()).isEqualTo(masked(bytes, start, Long.BYTES));
            byte[] message = new byte[length];
            in.get(message);
            assertThat(in.getInt()).isEqualTo(masked(message, 0, length));
            records.add(message);
        }
        return records;
    }

    private static int masked(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        long value = crc.getValue();
        return (int) (((value >>> 15) | (value << 17)) + 0xa282ead8L);
    }

    private static long step(byte[] event) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(event);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 2) {
                return in.readInt64();
            }
            in.skipField(tag);
        }
        throw new AssertionError("the event has no step");
    }

    private static Map<String, Float> scalars(byte[] event) throws IOException {
        Map<String, Float> scalars = new LinkedHashMap<>();
        CodedInputStream in = CodedInputStream.newInstance(event);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) != 5) {
                in.skipField(tag);
                continue;
            }
            CodedInputStream summary = CodedInputStream.newInstance(in.readByteArray());
            while (summary.readTag() != 0) {
                CodedInputStream value = CodedInputStream.newInstance(summary.readByteArray());
                value.readTag();
                String name = value.readString();
                value.readTag();
                scalars.put(name, value.readFloat());
            }
        }
        return scalars;
    }
}
