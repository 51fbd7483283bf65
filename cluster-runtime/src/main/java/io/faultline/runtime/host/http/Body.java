package io.faultline.runtime.host.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// A request's body, which grows as it arrives. What the client declares counts against the budget from the
/// start, so that a body that was let in finds room to its end; what it does not declare counts as it comes. Used
/// by one thread at a time, but [#drop] may be called by any.
final class Body {
    private static final int FIRST_BYTES_MAX = 16 * 1024;
    private static final byte[] NOTHING = {};

    private final BodyBudget budget;
    private final int bytesMax;
    private final long declared;
    private final AtomicLong reserved = new AtomicLong();
    private byte[] bytes = NOTHING;
    private int length;

    /// @param declared what the client says it will send; 0 or less when it does not say
    Body(BodyBudget budget, int bytesMax, long declared) {
        this.budget = budget;
        this.bytesMax = bytesMax;
        this.declared = Math.max(0, declared);
    }

    enum Added {
        OK,
        TOO_LARGE,
        NO_ROOM
    }

    /// Takes the declared bytes from the budget; false when there is no room for them.
    boolean reserve() {
        return reserveUpTo(declared);
    }

    Added add(ByteBuf piece) {
        int count = piece.readableBytes();
        if (count > bytesMax - length) {
            return Added.TOO_LARGE;
        }
        if (!reserveUpTo(length + count)) {
            return Added.NO_ROOM;
        }
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, capacityFor(length + count));
        }
        piece.readBytes(bytes, length, count);
        length += count;
        return Added.OK;
    }

    /// A declared length is believed only as far as something came of it.
    private int capacityFor(int needed) {
        long target = Math.max(Math.min(declared, FIRST_BYTES_MAX), bytes.length * 2L);
        long bound = declared > 0 ? Math.max(declared, needed) : bytesMax;
        return (int) Math.max(needed, Math.min(target, Math.min(bound, bytesMax)));
    }

    private boolean reserveUpTo(long whole) {
        long more = whole - reserved.get();
        if (more <= 0) {
            return true;
        }
        if (!budget.take(more, whole)) {
            return false;
        }
        reserved.addAndGet(more);
        return true;
    }

    /// At least [#length] bytes; only that many count.
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// The bytes are not needed any more, but what was made of them is.
    void forget() {
        bytes = NOTHING;
        length = 0;
    }

    /// Nothing is left of it; the budget gets its part back. Calling it again changes nothing.
    void drop() {
        budget.giveBack(reserved.getAndSet(0));
    }
}
