package io.faultline.runtime.host.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/// A file that TensorBoard reads: records of TensorFlow's `Event` messages, each flushed at once. A record is its
/// length
/// (8 bytes, little-endian), a checksum of the length, the message, and a checksum of the message; a checksum is a
/// CRC-32C
/// that is rotated and shifted, so that a record may contain another's. Messages are those of TensorFlow's
/// `event.proto`
/// and `summary.proto`; the numbers below are their field numbers. Confined to one thread.
public final class SummaryFile implements AutoCloseable {
    private static final String VERSION = "brain.Event:2";
    private static final int CRC_MASK = 0xa282ead8;

    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int VALUE_TENSOR = 8;
    private static final int VALUE_METADATA = 9;
    private static final int METADATA_PLUGIN = 1;
    private static final int PLUGIN_NAME = 1;
    private static final int TENSOR_TYPE = 1;
    private static final int TENSOR_SHAPE = 2;
    private static final int TENSOR_STRING = 8;
    private static final int TYPE_STRING = 7;
    private static final int SHAPE_DIMENSION = 2;
    private static final int DIMENSION_SIZE = 1;

    private final Clock clock;
    private final OutputStream out;

    /// Begins a file of its own in `directory`, which is made when it is missing.
    /// @throws IOException when it cannot be written
    public SummaryFile(Path directory, Clock clock) throws IOException {
        this.clock = clock;
        Files.createDirectories(directory);
        Path file = directory.resolve("events.out.tfevents.%d.faultline.%d"
                .formatted(
                        clock.instant().getEpochSecond(),
                        ProcessHandle.current().pid()));
        this.out = Files.newOutputStream(file);
        record(message(event -> {
            time(event);
            event.writeString(EVENT_FILE_VERSION, VERSION);
        }));
    }

    /// Numbers by their tags, which form a tree at `/`.
    /// @param step place on the axis, counted by the caller
    public void scalars(long step, Map<String, Double> values) throws IOException {
        byte[] summary = message(to -> {
            for (Map.Entry<String, Double> value : values.entrySet()) {
                to.writeByteArray(SUMMARY_VALUE, message(scalar -> {
                    scalar.writeString(VALUE_TAG, value.getKey());
                    scalar.writeFloat(VALUE_SIMPLE, value.getValue().floatValue());
                }));
            }
        });
        write(step, summary);
    }

    /// A line of text at a tag.
    public void text(long step, String tag, String text) throws IOException {
        byte[] plugin = message(to -> to.writeString(PLUGIN_NAME, "text"));
        byte[] dimension = message(to -> to.writeInt64(DIMENSION_SIZE, 1));
        byte[] shape = message(to -> to.writeByteArray(SHAPE_DIMENSION, dimension));
        byte[] tensor = message(to -> {
            to.writeEnum(TENSOR_TYPE, TYPE_STRING);
            to.writeByteArray(TENSOR_SHAPE, shape);
            to.writeByteArray(TENSOR_STRING, text.getBytes(StandardCharsets.UTF_8));
        });
        byte[] value = message(to -> {
            to.writeString(VALUE_TAG, tag);
            to.writeByteArray(VALUE_TENSOR, tensor);
            to.writeByteArray(VALUE_METADATA, message(meta -> meta.writeByteArray(METADATA_PLUGIN, plugin)));
        });
        write(step, message(to -> to.writeByteArray(SUMMARY_VALUE, value)));
    }

    private void write(long step, byte[] summary) throws IOException {
        record(message(event -> {
            time(event);
            event.writeInt64(EVENT_STEP, step);
            event.writeByteArray(EVENT_SUMMARY, summary);
        }));
    }

    private void time(CodedOutputStream event) throws IOException {
        Instant now = clock.instant();
        event.writeDouble(EVENT_WALL_TIME, now.getEpochSecond() + now.getNano() / 1e9);
    }

    private interface Fields {
        void writeTo(CodedOutputStream message) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes);
        fields.writeTo(message);
        message.flush();
        return bytes.toByteArray();
    }

    private void record(byte[] message) throws IOException {
        ByteBuffer framed = ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + message.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(message.length);
        framed.putInt(checksum(framed.array(), 0, Long.BYTES))
                .put(message)
                .putInt(checksum(message, 0, message.length));
        out.write(framed.array());
        out.flush();
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
