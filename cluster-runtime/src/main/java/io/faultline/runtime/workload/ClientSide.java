package io.faultline.runtime.workload;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.workload.LoadClients.LoadClientsConfig;

/// What the runs of synthetic clients work with. Confined to the clients' loop.
record ClientSide(
        NodeLoop loop, EventSink events, FrontendLink frontends, AnswerOracle oracle, LoadClientsConfig config) {
    /// Sends a request; its answer is compared with the undisturbed one on the way to `listener`.
    void ask(String id, Question question, CheckedAnswer.Listener listener) {
        events.emit(new ClientEvent.RequestSent(id));
        frontends.submit(
                new InferenceRequest(
                        id,
                        config.model(),
                        new InferenceRequest.Prompt.Tokens(question.prompt()),
                        question.stop(),
                        question.sampling(),
                        ApiEndpoint.COMPLETIONS,
                        true,
                        question.caller().priority(),
                        question.caller().tenant(),
                        config.deadlineNanos()),
                new CheckedAnswer(
                        id,
                        loop,
                        events,
                        () -> oracle.answer(question.prompt(), question.stop(), question.sampling()),
                        listener));
    }
}
