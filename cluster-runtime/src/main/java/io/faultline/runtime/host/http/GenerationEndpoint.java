package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chat completions and completions: reads the body, hands the request to the frontend, and lets an [Answer] do
/// the rest. Called on connections' event loops.
final class GenerationEndpoint implements Endpoint {
    private static final Semaphore READING_APART = new Semaphore(1, true);
    private static final Logger LOG = LoggerFactory.getLogger(GenerationEndpoint.class);

    private final ApiEndpoint endpoint;
    private final HttpFrontendConfig config;
    private final FrontendLink frontend;
    private final ServerStage stage;
    private final TurnWriter writer;
    private final @Nullable AdmissionLink admission;

    /// @param admission null when nothing is refused before it is read
    GenerationEndpoint(
            ApiEndpoint endpoint,
            HttpFrontendConfig config,
            FrontendLink frontend,
            ServerStage stage,
            TurnWriter writer,
            @Nullable AdmissionLink admission) {
        this.endpoint = endpoint;
        this.config = config;
        this.frontend = frontend;
        this.stage = stage;
        this.writer = writer;
        this.admission = admission;
    }

    @Override
    public ApiEndpoint api() {
        return endpoint;
    }

    @Override
    public boolean isWork() {
        return true;
    }

    @Override
    public @Nullable Refusal refuseEarly(RequestHead head) {
        return admission == null ? null : admission.refuseAtDoor(head.id(), endpoint);
    }

    @Override
    public void serve(Exchange exchange) {
        byte[] bytes = exchange.body().bytes();
        int length = exchange.body().length();
        if (length < config.limits().parseOffLoopBytes()) {
            serve(exchange, read(exchange, bytes, length));
        } else {
            Thread.ofVirtual().name("http-body").start(() -> {
                CompletionReader.Reading reading = readApart(exchange, bytes, length);
                exchange.onEventLoop(() -> serve(exchange, reading));
            });
        }
    }

    private CompletionReader.Reading read(Exchange exchange, byte[] bytes, int length) {
        return CompletionReader.read(
                endpoint,
                exchange.id(),
                exchange.tenant(),
                bytes,
                length,
                config.timeouts().requestNanos());
    }

    /// On a thread of its own nobody else would hear of a failure. Large bodies are read one after the other:
    /// while one is, it takes several times its size.
    private CompletionReader.Reading readApart(Exchange exchange, byte[] bytes, int length) {
        READING_APART.acquireUninterruptibly();
        try {
            return exchange.isAbandoned()
                    ? new CompletionReader.Reading.Refused(
                            Refusal.of(ErrorType.CANCELLED, "The client is gone; nobody reads this."))
                    : read(exchange, bytes, length);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("request {} could not be read", exchange.id(), e);
            return new CompletionReader.Reading.Refused(
                    Refusal.of(ErrorType.INTERNAL, "The request could not be read because of a fault of the server."));
        } finally {
            READING_APART.release();
        }
    }

    private void serve(Exchange exchange, CompletionReader.Reading reading) {
        exchange.body().forget();
        if (exchange.isAbandoned()) {
            exchange.body().drop();
            return;
        }
        switch (reading) {
            case CompletionReader.Reading.Refused(Refusal refusal) -> refuse(exchange, refusal);
            case CompletionReader.Reading.Accepted(InferenceRequest request, AnswerOptions options) ->
                begin(exchange, request, options);
        }
    }

    private void begin(Exchange exchange, InferenceRequest request, AnswerOptions options) {
        AnswerShape shape =
                new AnswerShape(endpoint, request.id(), request.model(), System.currentTimeMillis() / 1000, options);
        Answer answer = request.streaming()
                ? new StreamAnswer(exchange, frontend.loop(), stage, shape, writer, config)
                : new UnaryAnswer(exchange, frontend.loop(), stage, shape);
        if (stage.begin(answer)) {
            answer.begin(frontend.port(), request);
        } else {
            refuse(
                    exchange,
                    Refusal.of(
                            ErrorType.INVALID_ARGUMENT,
                            "A request with this " + RequestHead.ID + " is under way already.",
                            RequestHead.ID));
        }
    }

    private void refuse(Exchange exchange, Refusal refusal) {
        stage.refused(refusal, endpoint);
        exchange.refuse(refusal);
    }
}
