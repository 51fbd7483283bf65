package io.faultline.runtime.host.http;

import io.faultline.runtime.seam.NodeLoop;

/// Looks again and again how late a loop comes to what is due: whatever holds the loop up holds up every stream.
/// A loop that is stuck is heard of when it goes on. [#start] and [#stop] may be called from any thread.
final class LoopWatch {
    private final NodeLoop loop;
    private final long intervalNanos;
    private final WireListener listener;
    private volatile boolean stopped;

    LoopWatch(NodeLoop loop, long intervalNanos, WireListener listener) {
        this.loop = loop;
        this.intervalNanos = intervalNanos;
        this.listener = listener;
    }

    void start() {
        loop.post(this::lookAgain);
    }

    void stop() {
        stopped = true;
    }

    private void lookAgain() {
        if (!stopped) {
            long due = loop.now() + intervalNanos;
            loop.after(intervalNanos, () -> {
                listener.loopLate(Math.max(0, loop.now() - due));
                lookAgain();
            });
        }
    }
}
