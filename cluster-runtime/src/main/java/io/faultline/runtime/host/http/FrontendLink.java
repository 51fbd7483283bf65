package io.faultline.runtime.host.http;

import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.frontend.FrontendPort.FrontendState;
import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// The way to the frontend: questions are asked on its loop, the answers come back on the connection's. A frontend
/// that does not answer in time is an answer too, so that probes never hang. Thread-safe.
///
/// @param loop the frontend's
/// @param patienceNanos for an answer
record FrontendLink(FrontendPort port, NodeLoop loop, long patienceNanos) {

    void state(Exchange exchange, Consumer<FrontendState> onAnswer, Runnable onSilence) {
        ask(exchange, FrontendPort::state, onAnswer, onSilence);
    }

    void models(Exchange exchange, Consumer<List<ModelSummary>> onAnswer, Runnable onSilence) {
        ask(exchange, FrontendPort::models, onAnswer, onSilence);
    }

    private <T> void ask(
            Exchange exchange, Function<FrontendPort, T> question, Consumer<T> onAnswer, Runnable onSilence) {
        exchange.ifUnansweredAfter(patienceNanos, onSilence);
        loop.post(() -> {
            T answer = question.apply(port);
            exchange.onEventLoop(() -> onAnswer.accept(answer));
        });
    }
}
