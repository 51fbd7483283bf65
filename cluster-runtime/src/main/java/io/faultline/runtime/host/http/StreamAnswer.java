package io.faultline.runtime.host.http;

import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer as server-sent events: every token its own chunk, all that one turn of the loop brings in one write.
///
/// The head goes out with the first token, so that an early failure has its real status; a later failure is a
/// data frame with an `error` object, and then the stream ends as usual. A client that does not read is dropped
/// when more than the configured bytes wait for it. Confined to the frontend's loop.
final class StreamAnswer extends Answer {
    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String HEADERS = "cache-control: no-cache\r\nx-accel-buffering: no\r\n";
    private static final int SIZE_DIGITS = 7;

    private final AnswerShape shape;
    private final TurnWriter writer;
    private final int pendingBytesMax;
    private final long keepAliveNanos;
    private final List<String> texts = new ArrayList<>(2);
    private @Nullable Outcome outcome;
    private boolean headSent;
    private boolean roleSent;
    private boolean workersNews;
    private boolean commentDue;
    private boolean enlisted;
    private long writtenNanos;
    private NodeLoop.@Nullable Timer keepAlive;

    StreamAnswer(
            Exchange exchange,
            NodeLoop loop,
            ServerStage stage,
            AnswerShape shape,
            TurnWriter writer,
            HttpFrontendConfig config) {
        super(exchange, loop, stage);
        this.shape = shape;
        this.writer = writer;
        this.pendingBytesMax = config.limits().pendingBytesMax();
        this.keepAliveNanos = config.timeouts().eventStreamKeepAliveNanos();
    }

    @Override
    void onBegun() {
        if (keepAliveNanos > 0) {
            writtenNanos = loop().now();
            keepAlive = loop().after(keepAliveNanos, this::onKeepAlive);
        }
    }

    @Override
    void onRouted() {
        workersNews = shape.tellsWorkers();
    }

    @Override
    public void delta(String text, int token) {
        if (outcome == null && (!text.isEmpty() || !headSent)) {
            texts.add(text);
            writer.write(this);
        }
    }

    @Override
    void onEnded(Outcome end, String tail) {
        if (!tail.isEmpty()) {
            texts.add(tail);
        }
        outcome = end;
        if (keepAlive != null) {
            keepAlive.cancel();
        }
        writer.write(this);
    }

    private void onKeepAlive() {
        long quiet = loop().now() - writtenNanos;
        commentDue = quiet >= keepAliveNanos;
        if (commentDue) {
            writer.write(this);
        }
        keepAlive = loop().after(commentDue ? keepAliveNanos : keepAliveNanos - quiet, this::onKeepAlive);
    }

    /// False when the answer waits for its turn already.
    boolean enlist() {
        boolean fresh = !enlisted;
        enlisted = true;
        return fresh;
    }

    void delist() {
        enlisted = false;
    }

    /// Writes what has gathered since the last time. Called by the [TurnWriter].
    void writeGathered(JsonBytes out, DirectSend direct) {
        Outcome end = outcome;
        Refusal refusal = end == null ? null : refusalFor(end);
        if (end instanceof Outcome.Cancelled && refusal == null) {
            exchange().abort();
            return;
        }
        if (refusal != null && !headSent) {
            exchange().refuse(refusal);
            return;
        }
        out.clear();
        if (!headSent && !writeHead(out)) {
            return;
        }
        int chunk = beginChunk(out);
        writeTexts(out);
        if (end != null) {
            writeEnd(out, end, refusal);
        }
        endChunk(out, chunk, end != null);
        send(out, direct, end != null);
    }

    /// False when the connection has answered already.
    private boolean writeHead(JsonBytes out) {
        if (!exchange().claim()) {
            texts.clear();
            return false;
        }
        headSent = true;
        ResponseHead.write(out, exchange(), 200, ResponseHead.EVENT_STREAM, ResponseHead.OPEN_END, HEADERS);
        return true;
    }

    private void writeTexts(JsonBytes out) {
        if (commentDue) {
            commentDue = false;
            out.raw(COMMENT);
        }
        if (!roleSent && !texts.isEmpty()) {
            roleSent = true;
            shape.writeRole(out, workers());
            workersNews &= !shape.beginsWithRole();
        }
        for (String text : texts) {
            if (workersNews) {
                workersNews = false;
                shape.writeText(out, text, workers());
            } else if (!text.isEmpty()) {
                shape.writeText(out, text);
            }
        }
        texts.clear();
    }

    private void writeEnd(JsonBytes out, Outcome end, @Nullable Refusal refusal) {
        if (end instanceof Outcome.Completed completed) {
            if (!roleSent) {
                roleSent = true;
                shape.writeRole(out, workers());
            }
            shape.writeEnd(out, completed.reason(), completed.usage(), workers());
        } else if (refusal != null) {
            out.ascii("data: ");
            refusal.writeTo(out);
            out.ascii("\n\n");
        }
        out.raw(DONE);
    }

    private int beginChunk(JsonBytes out) {
        return exchange().http11() ? out.skip(SIZE_DIGITS + 2) : -1;
    }

    private static void endChunk(JsonBytes out, int chunk, boolean last) {
        if (chunk < 0) {
            return;
        }
        int size = out.length() - chunk - SIZE_DIGITS - 2;
        if (size == 0) {
            // A chunk of no bytes would end the response.
            out.truncate(chunk);
        } else {
            out.patchHex(chunk, SIZE_DIGITS, size);
            out.patch(chunk + SIZE_DIGITS, '\r', '\n').ascii("\r\n");
        }
        if (last) {
            out.raw(LAST_CHUNK);
        }
    }

    private void send(JsonBytes out, DirectSend direct, boolean last) {
        if (keepAlive != null) {
            writtenNanos = loop().now();
        }
        if (out.length() > 0) {
            exchange().write(out, direct);
        }
        if (last) {
            exchange().finish();
        } else if (!exchange().clientKeepsUp(pendingBytesMax)) {
            stage().wire().clientTooSlow();
            cancel(StopReason.CLIENT_TOO_SLOW);
            exchange().abort();
        }
    }
}
