package io.faultline.runtime.host.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// The sending side of one connection. What the client does not take waits, and a client that takes too little
/// for too long is reported. What waits counts against one budget with what waits for others. [#write] and
/// [#keepsUp] may be called from any thread, everything else on the connection's event loop.
final class ClientWriter {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Channel channel;
    private final long stallNanos;
    private final UnsentBudget budget;
    private final Deadline deadline;
    /// What the budget knows of.
    private final AtomicLong counted = new AtomicLong();

    /// @param onStalled the client has not read enough for `stallNanos`
    ClientWriter(Channel channel, long stallNanos, UnsentBudget budget, Runnable onStalled) {
        this.channel = channel;
        this.stallNanos = stallNanos;
        this.budget = budget;
        this.deadline = new Deadline(channel.eventLoop(), onStalled);
    }

    void write(JsonBytes out) {
        writeFrom(0, out);
    }

    /// As [#write], by the short way when it is open.
    void write(JsonBytes out, DirectSend direct) {
        int sent = direct.send(channel, out);
        if (sent < out.length()) {
            writeFrom(sent, out);
        }
    }

    private void writeFrom(int start, JsonBytes out) {
        var _ = channel.writeAndFlush(out.toBuffer(channel.alloc(), start), channel.voidPromise());
    }

    /// False when more waits for the client than may, or when too much waits for all and some of it for this one.
    boolean keepsUp(long pendingBytesMax) {
        long pending = pendingBytes();
        if (pending == 0) {
            return true;
        }
        count(pending);
        return pending <= pendingBytesMax && !budget.isExceeded();
    }

    /// Bytes that wait for the client; 0 while it keeps up.
    private long pendingBytes() {
        long overLowMark = channel.bytesBeforeWritable();
        return overLowMark == Long.MAX_VALUE ? 0 : overLowMark;
    }

    private void count(long pending) {
        budget.change(pending - counted.getAndSet(pending));
    }

    void sayContinue() {
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
    }

    void onWritabilityChanged() {
        if (channel.isWritable()) {
            count(0);
            deadline.clear();
        } else {
            deadline.set(stallNanos);
        }
    }

    void onGone() {
        count(0);
        deadline.clear();
    }

    void closeAfterFlush() {
        ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        written.addListener(_ -> {
            var _ = channel.close();
        });
    }

    /// Sends what there is and then the end, but goes on receiving.
    void endAfterFlush() {
        ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (channel instanceof DuplexChannel duplex) {
            written.addListener(_ -> {
                var _ = duplex.shutdownOutput();
            });
        }
    }
}
