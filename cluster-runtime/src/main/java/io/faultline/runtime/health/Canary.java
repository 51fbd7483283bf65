package io.faultline.runtime.health;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.seam.NodeLoop;

/// Finds out whether an engine still generates, by sending it a small request on the way that all requests take.
///
/// - An engine that iterates is not bothered: each iteration starts the wait anew.
/// - The whole answer has to come in time, not its first token: an engine that freezes after one fails.
/// - An engine that has work and finishes no iteration for as long fails too, without another request.
/// - After a failed check there is doubt, and checks follow each other, whatever else the engine does, until enough of
///   them agree ([HealthVerdict]).
/// - A canary that an engine busy with others never admitted proves nothing, and neither does one that was timed by a
///   loop which was late itself.
///
/// Confined to the worker's loop.
public final class Canary {
    private final NodeLoop loop;
    private final HealthCheckConfig config;
    private final String model;
    private final Subject subject;
    private final Listener listener;
    private final HealthVerdict verdict;
    private NodeLoop.Timer timer = () -> {};
    private long dueNanos;
    private long lastIterationNanos;
    private long workSinceNanos;
    private long sequence;
    private long sentNanos;
    private int tokens;
    private int sent;
    private boolean watching;

    /// The engine, as far as a canary needs it.
    public interface Subject {
        /// Submits a request under a sequence number of the worker's own and returns that.
        long submit(GenerateRequest request);

        void cancel(long sequence);

        EngineLoad load();
    }

    /// Hears what comes of the checks, on the loop.
    public interface Listener {
        /// @param detail what was missing when it failed, otherwise empty
        void ended(boolean passed, long nanos, String detail);

        void becameUnhealthy(String evidence);

        void becameHealthy(String evidence);
    }

    public Canary(NodeLoop loop, HealthCheckConfig config, String model, Subject subject, Listener listener) {
        this.loop = loop;
        this.config = config;
        this.model = model;
        this.subject = subject;
        this.listener = listener;
        this.verdict = new HealthVerdict(config.failuresToUnhealthy(), config.successesToHealthy());
    }

    /// Begins to watch, unless canaries are off.
    public void start() {
        if (config.enabled()) {
            watching = true;
            lastIterationNanos = loop.now();
            workSinceNanos = loop.now();
            checkAfter(Math.min(config.canaryWaitNanos(), config.requestTimeoutNanos()));
        }
    }

    /// Ends it; the engine is about to go.
    public void stop() {
        watching = false;
        timer.cancel();
        sequence = 0;
    }

    public boolean isHealthy() {
        return verdict.isHealthy();
    }

    /// An idle engine is about to get work.
    public void gotWork() {
        workSinceNanos = loop.now();
    }

    /// The engine finished an iteration.
    public void iterated(EngineStep step) {
        lastIterationNanos = loop.now();
        if (sequence == 0) {
            return;
        }
        for (long got : step.sequences()) {
            tokens += got == sequence ? 1 : 0;
        }
        for (Finished finished : step.finished()) {
            if (finished.sequence() == sequence) {
                answered();
            }
        }
    }

    /// The engine refused a sequence. True when it was the canary.
    public boolean refused(long refusedSequence, String why) {
        if (refusedSequence != sequence || sequence == 0) {
            return false;
        }
        sequence = 0;
        failed("the engine refused it: " + why, loop.now() - sentNanos);
        return true;
    }

    private void checkAfter(long nanos) {
        timer.cancel();
        dueNanos = loop.now() + nanos;
        timer = loop.after(nanos, this::check);
    }

    private void check() {
        if (!watching) {
            return;
        }
        long now = loop.now();
        if (now - dueNanos > config.requestTimeoutNanos() / 2) {
            // This loop stood still itself; what it missed is not the engine's fault.
            lastIterationNanos = Math.max(lastIterationNanos, now - config.requestTimeoutNanos() / 2);
            workSinceNanos = now;
            checkAfter(config.requestTimeoutNanos() / 2);
        } else if (sequence != 0) {
            timedOut(now);
        } else if (stalledNanos(now) >= config.requestTimeoutNanos()) {
            EngineLoad load = subject.load();
            failed(
                    "no iteration for " + millis(stalledNanos(now)) + " with " + (load.running() + load.waiting())
                            + " sequences in the engine",
                    stalledNanos(now));
        } else if (verdict.isInDoubt() || now - lastIterationNanos >= config.canaryWaitNanos()) {
            send(now);
        } else {
            long untilCanary = lastIterationNanos + config.canaryWaitNanos() - now;
            checkAfter(Math.min(untilCanary, config.requestTimeoutNanos()));
        }
    }

    /// For how long the engine has had work and finished nothing.
    private long stalledNanos(long now) {
        EngineLoad load = subject.load();
        boolean hasWork = load.running() + load.waiting() > 0;
        return hasWork ? now - Math.max(lastIterationNanos, workSinceNanos) : 0;
    }

    private void send(long now) {
        sentNanos = now;
        tokens = 0;
        sequence = subject.submit(CanaryRequest.of("canary-" + ++sent, model, config.canaryTokens()));
        checkAfter(config.requestTimeoutNanos());
    }

    private void answered() {
        sequence = 0;
        long nanos = loop.now() - sentNanos;
        listener.ended(true, nanos, "");
        if (verdict.passed()) {
            listener.becameHealthy(
                    "the canary passed " + times(config.successesToHealthy()) + ", the last time in " + millis(nanos));
        }
        checkAfter(verdict.isInDoubt() ? config.retryNanos() : nextCheckNanos());
    }

    private void timedOut(long now) {
        long late = sequence;
        sequence = 0;
        subject.cancel(late);
        boolean wasNeverAdmitted = tokens == 0 && now - lastIterationNanos < config.requestTimeoutNanos() / 2;
        if (wasNeverAdmitted) {
            checkAfter(config.retryNanos());
        } else {
            failed(
                    tokens + " of " + config.canaryTokens() + " tokens within " + millis(now - sentNanos),
                    now - sentNanos);
        }
    }

    private void failed(String detail, long nanos) {
        listener.ended(false, nanos, detail);
        if (verdict.failed()) {
            listener.becameUnhealthy(
                    "the canary failed " + times(config.failuresToUnhealthy()) + ", the last time: " + detail);
        }
        if (watching) {
            checkAfter(config.retryNanos());
        }
    }

    private long nextCheckNanos() {
        return Math.min(config.canaryWaitNanos(), config.requestTimeoutNanos());
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times in a row";
    }

    private static String millis(long nanos) {
        return nanos / 1_000_000 + " ms";
    }
}
