package io.faultline.runtime.host.http;

import io.faultline.runtime.request.StopReason;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request on one connection, and the right to answer it: whoever is first to [#claim] writes the response,
/// alone. The connection claims it too when it gives up waiting, so a late answer finds itself without a say.
///
/// [#claim], both [#write] and [#finish] may be called from any thread; everything else on the connection's event
/// loop.
final class Exchange {
    private final HttpConnection connection;
    private final RequestHead head;
    private final Body body;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private @Nullable Consumer<StopReason> onAbandoned;
    private volatile @Nullable StopReason abandoned;
    private volatile boolean closes;

    Exchange(HttpConnection connection, RequestHead head, Body body) {
        this.connection = connection;
        this.head = head;
        this.body = body;
        this.closes = !head.keepAlive();
    }

    String id() {
        return head.id();
    }

    /// By its API key; empty without one.
    String tenant() {
        return head.tenant();
    }

    String path() {
        return head.path();
    }

    boolean http11() {
        return head.http11();
    }

    Body body() {
        return body;
    }

    /// The connection ends with this response.
    void closeAfterwards() {
        closes = true;
    }

    boolean keepsAlive() {
        return !closes;
    }

    /// True for the first caller, who then writes the response.
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    boolean isClaimed() {
        return claimed.get();
    }

    /// Sends bytes of a response; `out` may be used again at once.
    void write(JsonBytes out) {
        connection.writer().write(out);
    }

    /// Sends bytes of a response by the short way, if it is open; `out` may be used again at once.
    void write(JsonBytes out, DirectSend direct) {
        connection.writer().write(out, direct);
    }

    /// False when the client reads so slowly that it has to go.
    boolean clientKeepsUp(long pendingBytesMax) {
        return connection.writer().keepsUp(pendingBytesMax);
    }

    /// After the last byte of the response.
    void finish() {
        connection.finish(this);
    }

    /// Drops the connection with whatever was not sent.
    void abort() {
        connection.abort();
    }

    void onEventLoop(Runnable task) {
        connection.onEventLoop(task);
    }

    /// Runs `task` on the event loop after this time unless a response was begun by then.
    void ifUnansweredAfter(long delayNanos, Runnable task) {
        connection.after(delayNanos, () -> {
            if (!isClaimed()) {
                task.run();
            }
        });
    }

    /// Says what to do when nobody waits for the response any more; at once if that is so already.
    void whenAbandoned(Consumer<StopReason> action) {
        onAbandoned = action;
        if (abandoned != null) {
            action.accept(abandoned);
        }
    }

    /// Nobody waits for the response any more.
    void abandon(StopReason reason) {
        if (abandoned == null) {
            abandoned = reason;
            if (onAbandoned != null) {
                onAbandoned.accept(reason);
            }
        }
    }

    boolean isAbandoned() {
        return abandoned != null;
    }

    /// The whole response in one piece. False, and nothing done, if another one was begun.
    boolean respond(int status, String contentType, byte[] content, String extraHeaders) {
        if (!claim()) {
            return false;
        }
        JsonBytes out = new JsonBytes(content.length + 512);
        ResponseHead.write(out, this, status, contentType, content.length, extraHeaders);
        if (!head.method().equals("HEAD")) {
            out.raw(content);
        }
        write(out);
        finish();
        return true;
    }

    boolean respond(JsonBytes content) {
        return respond(200, ResponseHead.JSON, content.toArray(), "");
    }

    /// @param extraHeaders complete header lines
    boolean refuse(Refusal refusal, String extraHeaders) {
        JsonBytes content = new JsonBytes(512);
        refusal.writeTo(content);
        return respond(refusal.status(), ResponseHead.JSON, content.toArray(), extraHeaders + retryAfter(refusal));
    }

    boolean refuse(Refusal refusal) {
        return refuse(refusal, "");
    }

    /// Every 503 says when to come back.
    String retryAfter(Refusal refusal) {
        if (refusal.retryAfterSeconds() > 0) {
            return retryAfter(refusal.retryAfterSeconds());
        }
        return refusal.status() == 503 ? retryAfter(connection.retryAfterSeconds()) : "";
    }

    static String retryAfter(int seconds) {
        return "retry-after: " + seconds + "\r\n";
    }
}
