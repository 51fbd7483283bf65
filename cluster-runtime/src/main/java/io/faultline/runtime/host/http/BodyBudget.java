package io.faultline.runtime.host.http;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes that all request bodies together may occupy, from their arrival until the frontend has made tokens of
/// them. A quarter of it is for small bodies only, so that a few large ones that come slowly do not keep
/// everybody else out. Thread-safe.
final class BodyBudget {
    private final long bytesMax;
    private final long largeBytesMax;
    private final int smallBytes;
    private final AtomicLong taken = new AtomicLong();

    /// @param smallBytes bodies up to this size are small
    BodyBudget(long bytesMax, int smallBytes) {
        this.bytesMax = bytesMax;
        this.largeBytesMax = bytesMax - bytesMax / 4;
        this.smallBytes = smallBytes;
    }

    BodyBudget(HttpFrontendConfig.Limits limits) {
        this(limits.bodyBudgetBytes(), limits.parseOffLoopBytes());
    }

    /// Takes `more` bytes for a body that will then have taken `whole`; false when there is no room.
    boolean take(long more, long whole) {
        long limit = whole > smallBytes ? largeBytesMax : bytesMax;
        if (taken.addAndGet(more) <= limit) {
            return true;
        }
        taken.addAndGet(-more);
        return false;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
