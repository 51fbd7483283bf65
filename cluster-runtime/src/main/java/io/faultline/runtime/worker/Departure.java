package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.Consumer;

/// A worker's way out. It leaves discovery first, so that nobody sends new streams while the old ones end; then the
/// streams end, or are handed over where somebody can continue them; then the engine frees what it holds. Every step
/// has a bound, and the end comes
/// exactly once whatever hangs.
///
/// | from | event | to |
/// |---|---|---|
/// | present | begin | leaving |
/// | leaving | the store's word, or [ShutdownConfig#leaveNanos] | draining (hands over what can be continued) |
/// | draining | no stream left | freeing |
/// | leaving, draining | [ShutdownConfig#graceNanos] over | freeing |
/// | present, leaving, draining | engine died | freeing |
/// | freeing | freed or [ShutdownConfig#cleanupNanos] over, and left | over |
/// | any | at once | over |
///
/// Confined to the loop.
final class Departure {
    private static final long DRAIN_CHECK_NANOS = 10_000_000L;

    private final NodeLoop loop;
    private final ShutdownConfig config;
    private final Registration registration;
    private final Engine engine;
    private final Streams streams;
    private final Consumer<NodeExit> ended;
    private RequestError error = new RequestError(ErrorType.ENGINE_SHUTDOWN, "the worker is shutting down");
    private boolean begun;
    private boolean left;
    private boolean freeing;
    private boolean freed;
    private boolean over;
    private boolean graceIsOver;
    private String engineDied = "";
    private String problem = "";
    private int handedOver;

    /// The worker's streams.
    interface Streams {
        int open();

        /// Ends all of them; frontends continue elsewhere those that they can.
        void handOver(RequestError why);

        /// Ends those that frontends continue elsewhere for sure.
        void handOverMovable(RequestError why);
    }

    Departure(
            NodeLoop loop,
            ShutdownConfig config,
            Registration registration,
            Engine engine,
            Streams streams,
            Consumer<NodeExit> ended) {
        this.loop = loop;
        this.config = config;
        this.registration = registration;
        this.engine = engine;
        this.streams = streams;
        this.ended = ended;
    }

    void begin() {
        begun = true;
        loop.after(config.leaveNanos(), this::onLeft);
        loop.after(config.graceNanos(), this::onGraceOver);
        registration.withdraw(this::onLeft);
    }

    /// There is no engine to wait for any more: streams are handed over before anything else.
    void engineDied(String why) {
        if (freeing) {
            return;
        }
        engineDied = why;
        error = new RequestError(ErrorType.ENGINE_UNHEALTHY, "the worker's engine died: " + why);
        free();
        if (!begun) {
            begin();
        }
    }

    /// Ends it here and now.
    void atOnce() {
        if (!over) {
            handOver();
            engine.close();
            end(NodeExit.forced("stopped at once by a second request" + handedOverWords()));
        }
    }

    private void onLeft() {
        if (left) {
            return;
        }
        left = true;
        if (freeing) {
            maybeEnd();
        } else {
            if (config.handsOver()) {
                int before = streams.open();
                streams.handOverMovable(error);
                handedOver += before - streams.open();
            }
            awaitStreams();
        }
    }

    private void awaitStreams() {
        if (freeing || over) {
            return;
        }
        if (streams.open() == 0) {
            free();
        } else {
            loop.after(DRAIN_CHECK_NANOS, this::awaitStreams);
        }
    }

    private void onGraceOver() {
        if (!freeing && !over) {
            graceIsOver = true;
            free();
        }
    }

    private void free() {
        freeing = true;
        handOver();
        loop.after(
                config.cleanupNanos(),
                () -> onFreed("the engine did not free what it holds within " + seconds(config.cleanupNanos())));
        engine.shutdown(failure -> onFreed(failure.orElse("")));
    }

    private void handOver() {
        handedOver += streams.open();
        streams.handOver(error);
    }

    private void onFreed(String failure) {
        if (!freed) {
            freed = true;
            problem = failure;
            maybeEnd();
        }
    }

    private void maybeEnd() {
        if (left && freed && !over) {
            end(exit());
        }
    }

    private NodeExit exit() {
        if (!engineDied.isEmpty()) {
            String also = problem.isEmpty() ? "" : "; " + problem;
            return NodeExit.failed("its engine died: " + engineDied + handedOverWords() + also);
        }
        if (!problem.isEmpty()) {
            return NodeExit.forced(problem + handedOverWords());
        }
        String grace = graceIsOver ? ", the grace period of " + seconds(config.graceNanos()) + " being over" : "";
        return NodeExit.stopped("stopped in order" + handedOverWords() + grace);
    }

    private String handedOverWords() {
        return handedOver == 0 ? "" : "; " + handedOver + (handedOver == 1 ? " stream" : " streams") + " handed over";
    }

    private void end(NodeExit exit) {
        over = true;
        ended.accept(exit);
    }

    private static String seconds(long nanos) {
        return nanos / 1_000_000_000L + " s";
    }
}
