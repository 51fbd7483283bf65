package io.faultline.runtime.host.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/// Writes the parts of a frame. Numbers are unsigned LEB128 (seven bits a byte, lowest first), so that the
/// small ones, which nearly all are, take one to three bytes; a negative one takes the most. Texts and arrays
/// have their length first.
record FrameWriter(ByteBuf out) {

    FrameWriter number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
        return this;
    }

    FrameWriter number(int value) {
        return number(Integer.toUnsignedLong(value));
    }

    FrameWriter fixed(long value) {
        out.writeLongLE(value);
        return this;
    }

    FrameWriter fixed(double value) {
        return fixed(Double.doubleToRawLongBits(value));
    }

    FrameWriter flag(boolean value) {
        out.writeByte(value ? 1 : 0);
        return this;
    }

    FrameWriter text(String value) {
        number(ByteBufUtil.utf8Bytes(value));
        ByteBufUtil.writeUtf8(out, value);
        return this;
    }

    FrameWriter texts(List<String> values) {
        number(values.size());
        values.forEach(this::text);
        return this;
    }

    FrameWriter numbers(int[] values) {
        number(values.length);
        for (int value : values) {
            number(value);
        }
        return this;
    }

    FrameWriter numbers(long[] values) {
        number(values.length);
        for (long value : values) {
            number(value);
        }
        return this;
    }

    /// For values that are large as a rule.
    FrameWriter fixeds(long[] values) {
        number(values.length);
        for (long value : values) {
            out.writeLongLE(value);
        }
        return this;
    }
}
