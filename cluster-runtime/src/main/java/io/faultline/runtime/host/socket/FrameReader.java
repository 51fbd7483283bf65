package io.faultline.runtime.host.socket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads what [FrameWriter] wrote, out of one frame. Never reads past its end, and never makes room for more
/// elements than the bytes that are left could hold, whatever a length says.
record FrameReader(ByteBuf in) {
    private static final int LONG_BYTES_MAX = 10;

    long number() throws MalformedFrame {
        long value = 0;
        for (int i = 0; i < LONG_BYTES_MAX; i++) {
            int next = octet();
            if (i == LONG_BYTES_MAX - 1 && next > 1) {
                break;
            }
            value |= (long) (next & 0x7F) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw new MalformedFrame("a number has more than 64 bits");
    }

    int integer() throws MalformedFrame {
        long value = number();
        if (value >>> 32 != 0) {
            throw new MalformedFrame("a number has more than 32 bits");
        }
        return (int) value;
    }

    long fixed() throws MalformedFrame {
        require(Long.BYTES);
        return in.readLongLE();
    }

    double fixedDouble() throws MalformedFrame {
        return Double.longBitsToDouble(fixed());
    }

    boolean flag() throws MalformedFrame {
        return switch (octet()) {
            case 0 -> false;
            case 1 -> true;
            default -> throw new MalformedFrame("a flag is neither 0 nor 1");
        };
    }

    String text() throws MalformedFrame {
        int length = length();
        ByteBuffer bytes = in.nioBuffer(in.readerIndex(), length);
        in.skipBytes(length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFrame("a text is not UTF-8");
        }
    }

    List<String> texts(int max) throws MalformedFrame {
        int length = length();
        if (length > max) {
            throw new MalformedFrame(length + " texts where at most " + max + " may be");
        }
        List<String> values = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            values.add(text());
        }
        return values;
    }

    int[] integers() throws MalformedFrame {
        int[] values = new int[length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = integer();
        }
        return values;
    }

    long[] numbers() throws MalformedFrame {
        long[] values = new long[length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number();
        }
        return values;
    }

    long[] fixeds() throws MalformedFrame {
        long[] values = new long[count(Long.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readLongLE();
        }
        return values;
    }

    int octet() throws MalformedFrame {
        require(1);
        return in.readUnsignedByte();
    }

    void end() throws MalformedFrame {
        if (in.isReadable()) {
            throw new MalformedFrame(in.readableBytes() + " bytes too many");
        }
    }

    /// Of a text in bytes or of an array, each element of which takes at least one byte.
    private int length() throws MalformedFrame {
        return count(1);
    }

    /// The number of elements of `bytesEach` bytes or more.
    int count(int bytesEach) throws MalformedFrame {
        long length = number();
        if (length < 0 || length > in.readableBytes() / bytesEach) {
            throw new MalformedFrame(
                    "a length of " + Long.toUnsignedString(length) + " with " + in.readableBytes() + " bytes left");
        }
        return (int) length;
    }

    private void require(int bytes) throws MalformedFrame {
        if (in.readableBytes() < bytes) {
            throw new MalformedFrame("the frame ends inside");
        }
    }
}
