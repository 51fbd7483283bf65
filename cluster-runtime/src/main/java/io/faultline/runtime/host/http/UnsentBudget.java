package io.faultline.runtime.host.http;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes of answers that may wait for all slow clients together. Thread-safe.
final class UnsentBudget {
    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();

    UnsentBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// One client's part changed by this much.
    void change(long bytes) {
        held.addAndGet(bytes);
    }

    boolean isExceeded() {
        return held.get() > bytesMax;
    }

    long held() {
        return held.get();
    }
}
