package io.faultline.runtime.host.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The short way to a socket: one system call, past Netty's pipeline with its buffers and promises, which cost a
/// stream's chunk more than its making does.
///
/// It is open on the thread of the socket's event loop while nothing waits to be sent on that socket, so that nothing
/// is overtaken, and only where the loop is Linux's epoll. Confined to one thread.
final class DirectSend {
    private static final int BYTES_MAX = 16 * 1024;

    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES_MAX);

    /// Sends what the socket takes at once of the bytes, and returns how much that is. A socket that is broken takes
    /// nothing: the ordinary way will find that out, and knows what to do then.
    int send(Channel channel, JsonBytes out) {
        if (!(channel instanceof UnixChannel unix)
                || !(unix.fd() instanceof Socket socket)
                || !channel.eventLoop().inEventLoop()
                || !isIdle(channel)) {
            return 0;
        }
        int count = Math.min(out.length(), BYTES_MAX);
        out.copyTo(memory, count);
        try {
            return socket.sendAddress(memory.address(), 0, count);
        } catch (IOException _) {
            return 0;
        }
    }

    private static boolean isIdle(Channel channel) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting != null && waiting.isEmpty();
    }
}
