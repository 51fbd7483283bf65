package io.faultline.runtime.prefill;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.prefill.PrefillPolicy.Situation;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.queue.WorkQueue.Backlog;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;

/// What a decode worker knows about its chances: how many prefill workers there are, how long the queue is, and how
/// remote prefill went lately. The queue is asked at an interval while there is a prefill worker, so that a decision
/// waits for nobody; an answer that is several intervals old counts as none. Confined to the loop.
final class PrefillOutlook {
    private static final int STALE_INTERVALS = 3;

    private final NodeLoop loop;
    private final WorkQueue queue;
    private final PrefillConfig config;
    private final String model;
    private final InstanceDirectory directory;
    private final Runnable lastWorkerLeft;
    private NodeLoop.Timer observation = () -> {};
    private boolean observing;
    private boolean closed;
    private int workers;
    private int waiting;
    private long answeredAtNanos = Long.MIN_VALUE;
    private int failures;
    private long pausedUntilNanos = Long.MIN_VALUE;

    /// @param lastWorkerLeft runs when discovery lists no prefill worker any more
    PrefillOutlook(
            NodeServices services, LeaseConfig lease, PrefillConfig config, String model, Runnable lastWorkerLeft) {
        this.loop = services.loop();
        this.queue = services.queue();
        this.config = config;
        this.model = model;
        this.lastWorkerLeft = lastWorkerLeft;
        this.directory = new InstanceDirectory(loop, services.store(), lease, new InstanceDirectory.Listener() {
            @Override
            public void appeared(Instance instance) {
                if (isPrefillWorker(instance)) {
                    workers++;
                    observe();
                }
            }

            @Override
            public void vanished(Instance instance) {
                if (isPrefillWorker(instance) && --workers == 0) {
                    lastWorkerLeft();
                }
            }
        });
    }

    private boolean isPrefillWorker(Instance instance) {
        return instance.isPrefillWorker() && instance.card().model().equals(model);
    }

    private void lastWorkerLeft() {
        lastWorkerLeft.run();
    }

    void start() {
        directory.start();
    }

    void close() {
        closed = true;
        directory.close();
        observation.cancel();
    }

    Situation situation(int uncachedTokens) {
        long now = loop.now();
        boolean answers =
                answeredAtNanos != Long.MIN_VALUE && now - answeredAtNanos <= STALE_INTERVALS * config.observeNanos();
        return new Situation(uncachedTokens, workers, answers, waiting, now < pausedUntilNanos);
    }

    /// One more job is in the queue; the next answer will contain it.
    void published() {
        waiting++;
    }

    /// A prompt came, which ends a bad time at once.
    void succeeded() {
        failures = 0;
        pausedUntilNanos = Long.MIN_VALUE;
    }

    /// A prompt did not come.
    void failed() {
        failures++;
        if (failures >= config.failuresToPause()) {
            int doublings = Math.min(failures - config.failuresToPause(), 16);
            pausedUntilNanos = loop.now() + Math.min(config.pauseMinNanos() << doublings, config.pauseMaxNanos());
        }
    }

    private void observe() {
        if (observing || closed) {
            return;
        }
        observing = true;
        queue.look(config.queue(), reply -> {
            if (reply instanceof Reply.Ok<Backlog>(Backlog backlog)) {
                waiting = backlog.waiting();
                answeredAtNanos = loop.now();
            }
            observation = loop.after(config.observeNanos(), () -> {
                observing = false;
                if (workers > 0) {
                    observe();
                }
            });
        });
    }
}
