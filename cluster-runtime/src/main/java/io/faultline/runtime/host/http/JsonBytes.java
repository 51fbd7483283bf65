package io.faultline.runtime.host.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Bytes under construction: JSON and HTTP are written straight into a growing array, which is reused. Confined to the
/// loop of its owner.
final class JsonBytes {
    /// What is kept of the array between two uses.
    private static final int KEPT_BYTES_MAX = 256 * 1024;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] bytes;
    private int length;

    JsonBytes(int capacity) {
        this.bytes = new byte[capacity];
    }

    /// Forgets the content.
    JsonBytes clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES_MAX) {
            bytes = new byte[KEPT_BYTES_MAX];
        }
        return this;
    }

    int length() {
        return length;
    }

    /// Forgets everything from `to` on.
    void truncate(int to) {
        length = to;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    /// The bytes from `start` on.
    ByteBuf toBuffer(ByteBufAllocator allocator, int start) {
        return allocator.ioBuffer(length - start).writeBytes(bytes, start, length - start);
    }

    /// Copies the first `count` bytes.
    void copyTo(MemorySegment target, int count) {
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, count);
    }

    JsonBytes raw(byte[] source) {
        return raw(source, source.length);
    }

    JsonBytes raw(byte[] source, int count) {
        reserve(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
        return this;
    }

    /// As it is; only for text without characters beyond ASCII.
    JsonBytes ascii(String text) {
        int count = text.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += count;
        return this;
    }

    JsonBytes number(long value) {
        return ascii(Long.toString(value));
    }

    JsonBytes unsigned(long value) {
        return ascii(Long.toUnsignedString(value));
    }

    /// A JSON string, with its quotation marks.
    JsonBytes string(CharSequence text) {
        return ascii("\"").escaped(text).ascii("\"");
    }

    /// The inside of a JSON string, in UTF-8. Half of a surrogate pair becomes U+FFFD, since strict readers refuse
    /// it.
    JsonBytes escaped(CharSequence text) {
        int count = text.length();
        int i = 0;
        while (i < count) {
            // Six bytes are the most that one char can become (an escaped control character).
            int stop = Math.min(count, i + 1024);
            reserve((stop - i) * 6 + 6);
            while (i < stop) {
                char c = text.charAt(i);
                if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
                    bytes[length++] = (byte) c;
                    i++;
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < count
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    putUtf8(Character.toCodePoint(c, text.charAt(i + 1)));
                    i += 2;
                } else {
                    putSpecial(c);
                    i++;
                }
            }
        }
        return this;
    }

    /// Leaves room for [#patchHex].
    int skip(int count) {
        reserve(count);
        int at = length;
        length += count;
        return at;
    }

    /// Writes `value` as `digits` hexadecimal digits, with leading zeros, at `at`.
    void patchHex(int at, int digits, int value) {
        for (int i = 0; i < digits; i++) {
            bytes[at + i] = HEX[(value >>> 4 * (digits - 1 - i)) & 15];
        }
    }

    JsonBytes patch(int at, char first, char second) {
        bytes[at] = (byte) first;
        bytes[at + 1] = (byte) second;
        return this;
    }

    private void putSpecial(char c) {
        switch (c) {
            case '"', '\\' -> putEscape(c);
            case '\n' -> putEscape('n');
            case '\r' -> putEscape('r');
            case '\t' -> putEscape('t');
            default -> {
                if (c < 0x20) {
                    putEscape('u');
                    patchHex(length, 4, c);
                    length += 4;
                } else {
                    putUtf8(Character.isSurrogate(c) ? 0xFFFD : c);
                }
            }
        }
    }

    private void putEscape(char c) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) c;
    }

    private void putUtf8(int point) {
        if (point < 0x80) {
            bytes[length++] = (byte) point;
        } else if (point < 0x800) {
            bytes[length++] = (byte) (0xC0 | point >> 6);
            bytes[length++] = (byte) (0x80 | point & 0x3F);
        } else if (point < 0x1_0000) {
            bytes[length++] = (byte) (0xE0 | point >> 12);
            bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
            bytes[length++] = (byte) (0x80 | point & 0x3F);
        } else {
            bytes[length++] = (byte) (0xF0 | point >> 18);
            bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
            bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
            bytes[length++] = (byte) (0x80 | point & 0x3F);
        }
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, count)));
        }
    }
}
