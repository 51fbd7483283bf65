package io.faultline.runtime.host.http;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes that all request bodies together may occupy between their arrival and their parsing. Thread-safe.
final class BodyBudget {
    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// Whether a body of this length would find room now.
    boolean hasRoomFor(long bytes) {
        return taken.get() + bytes <= bytesMax;
    }

    boolean take(int bytes) {
        if (taken.addAndGet(bytes) <= bytesMax) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void giveBack(int bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
