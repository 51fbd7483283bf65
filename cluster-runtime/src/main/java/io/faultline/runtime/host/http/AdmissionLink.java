package io.faultline.runtime.host.http;

import io.faultline.runtime.admission.AdmissionPort;
import io.faultline.runtime.admission.AdmissionPort.Door;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The way to the frontend's admission. Whether the door is closed is known here without asking, as the
/// frontend said last; everything else is asked on its loop and answered on the connection's. Thread-safe.
final class AdmissionLink {
    private final AdmissionPort port;
    private final NodeLoop loop;
    private final long patienceNanos;
    private volatile Door door = new Door.Open();

    AdmissionLink(AdmissionPort port, NodeLoop loop, long patienceNanos) {
        this.port = port;
        this.loop = loop;
        this.patienceNanos = patienceNanos;
        loop.post(() -> port.watchDoor(now -> door = now));
    }

    /// The refusal of a request whose body nobody has read, when no request at all could be admitted; null
    /// otherwise.
    @Nullable Refusal refuseAtDoor(String request, ApiEndpoint endpoint) {
        if (door instanceof Door.Closed closed) {
            loop.post(() -> port.turnedAway(request, endpoint));
            return Refusal.of(
                    new RequestError(ErrorType.RESOURCE_EXHAUSTED, closed.words()), closed.retryAfterSeconds());
        }
        return null;
    }

    <T> void ask(Exchange exchange, Function<AdmissionPort, T> question, Consumer<T> onAnswer) {
        exchange.ifUnansweredAfter(
                patienceNanos,
                () -> exchange.refuse(Refusal.of(ErrorType.UNAVAILABLE, "The frontend does not answer.")));
        loop.post(() -> {
            T answer = question.apply(port);
            exchange.onEventLoop(() -> onAnswer.accept(answer));
        });
    }
}
