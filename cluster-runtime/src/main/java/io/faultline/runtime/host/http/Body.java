package io.faultline.runtime.host.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// A request's body, which grows as it arrives and counts against the budget until it is dropped. Used by one thread at
/// a time.
final class Body {
    private static final int FIRST_BYTES_MAX = 16 * 1024;
    private static final byte[] NOTHING = {};

    private final BodyBudget budget;
    private final int bytesMax;
    private byte[] bytes;
    private int length;

    /// @param declared what the client says it will send; only a hint
    Body(BodyBudget budget, int bytesMax, long declared) {
        this.budget = budget;
        this.bytesMax = bytesMax;
        this.bytes = declared <= 0 ? NOTHING : new byte[(int) Math.min(declared, FIRST_BYTES_MAX)];
    }

    enum Added {
        OK,
        TOO_LARGE,
        NO_ROOM
    }

    Added add(ByteBuf piece) {
        int count = piece.readableBytes();
        if (count > bytesMax - length) {
            return Added.TOO_LARGE;
        }
        if (!budget.take(count)) {
            return Added.NO_ROOM;
        }
        if (bytes.length - length < count) {
            long doubled = Math.min(bytesMax, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, (int) Math.max(length + count, doubled));
        }
        piece.readBytes(bytes, length, count);
        length += count;
        return Added.OK;
    }

    /// At least [#length] bytes; only that many count.
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void drop() {
        budget.giveBack(length);
        bytes = NOTHING;
        length = 0;
    }
}
