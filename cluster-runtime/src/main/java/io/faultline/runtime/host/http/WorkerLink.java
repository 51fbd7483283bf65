package io.faultline.runtime.host.http;

import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.worker.WorkerPort;
import io.faultline.runtime.worker.WorkerPort.WorkerState;
import java.util.function.Consumer;

/// The way to a worker: asked on its loop, answered on the connection's. Silence is an answer too. Thread-safe.
///
/// @param loop the worker's
/// @param patienceNanos for an answer
record WorkerLink(WorkerPort port, NodeLoop loop, long patienceNanos) {
    void state(Exchange exchange, Consumer<WorkerState> onAnswer, Runnable onSilence) {
        exchange.ifUnansweredAfter(patienceNanos, onSilence);
        loop.post(() -> {
            WorkerState state = port.state();
            exchange.onEventLoop(() -> onAnswer.accept(state));
        });
    }
}
