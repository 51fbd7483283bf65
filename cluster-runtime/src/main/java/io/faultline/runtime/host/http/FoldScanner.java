package io.faultline.runtime.host.http;

import io.netty.buffer.ByteBuf;

/// Looks through the head of a request, as its bytes come in, for a line that begins with a space or a tab: the
/// continuation of the header before it, which RFC 9112 took out of the language because readers disagree on it. Sees
/// every byte of a head once. Confined to the connection's event loop.
final class FoldScanner {
    private enum Place {
        /// Nothing of the request line yet; empty lines may come first.
        BEFORE,
        IN_LINE,
        LINE_BEGINS,
        AFTER
    }

    private Place place = Place.BEFORE;
    private int seenAhead;

    /// For the next request.
    void restart() {
        place = Place.BEFORE;
        seenAhead = 0;
    }

    /// Looks at what is new in `in`, whose readable bytes begin where [#consumed] left them.
    boolean findsFold(ByteBuf in) {
        int at = in.readerIndex() + seenAhead;
        while (at < in.writerIndex() && place != Place.AFTER) {
            byte b = in.getByte(at++);
            switch (place) {
                case BEFORE -> place = b > ' ' || b < 0 ? Place.IN_LINE : Place.BEFORE;
                case IN_LINE -> place = b == '\n' ? Place.LINE_BEGINS : Place.IN_LINE;
                case LINE_BEGINS -> {
                    if (b == ' ' || b == '\t') {
                        return true;
                    }
                    place = b == '\r' || b == '\n' ? Place.AFTER : Place.IN_LINE;
                }
                case AFTER -> {
                    // The body is not looked at.
                }
            }
        }
        seenAhead = at - in.readerIndex();
        return false;
    }

    /// The decoder took so many bytes.
    void consumed(int count) {
        seenAhead = Math.max(0, seenAhead - count);
    }
}
