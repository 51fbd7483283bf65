package io.faultline.runtime.frontend;

import io.faultline.runtime.seam.NodeLoop;

/// A request's waits: for a worker of its model to appear, and before its next attempt. Confined to the loop.
final class Patience {
    private final Processor processor;
    private final String model;
    private final Runnable retry;
    /// Until when a request without an instance waits for one; -1 = it does not.
    private long untilNanos = -1;

    private NodeLoop.Timer timer = () -> {};
    private NodeLoop.Timer watch = () -> {};

    /// @param retry called once for each wait that is not paused
    Patience(Processor processor, String model, Runnable retry) {
        this.processor = processor;
        this.model = model;
        this.retry = retry;
    }

    /// Waits for an instance. A model that just lost its instances may have one again in a moment; one that has
    /// none is not waited for. False when all patience is over.
    /// @param served a worker was lost: then it is worth more of it
    boolean awaits(boolean served) {
        long now = processor.now();
        if (untilNanos < 0) {
            untilNanos = served ? now + processor.migration().patienceNanos() : processor.patienceWithModelUntil(model);
        }
        if (now >= untilNanos) {
            return false;
        }
        watch = processor.whenInstanceAppears(retry);
        timer = processor.after(untilNanos - now, retry);
        return true;
    }

    /// Waits before the next attempt.
    void backOff(long nanos) {
        timer = processor.after(nanos, retry);
    }

    /// There is an instance: the next wait is a new one.
    void rewarded() {
        untilNanos = -1;
    }

    /// Calls nobody back until it is asked to wait again; how long it waited counts on.
    void pause() {
        timer.cancel();
        watch.cancel();
    }
}
