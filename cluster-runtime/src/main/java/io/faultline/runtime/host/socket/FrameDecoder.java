package io.faultline.runtime.host.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/// Cuts what arrives into the greeting and frames. Lengths are checked before anything is kept for them.
/// Confined to the connection's event loop.
final class FrameDecoder extends ByteToMessageDecoder {
    /// `FLTP`, then the version of the format.
    private static final long GREETING = 0x464C_5450_0000_0001L;
    private static final int LENGTH_BYTES = 4;

    private final int frameBytesMax;
    private boolean greeted;
    private boolean broken;

    FrameDecoder(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /// Passed on when the peer turned out to be one.
    enum Greeted {
        GREETED
    }

    static ByteBuf greeting() {
        return Unpooled.copyLong(GREETING);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws MalformedFrame {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        // Until the next one is known to be well-formed: what follows a malformed frame is not looked at.
        broken = true;
        read(in, out);
        broken = false;
    }

    private void read(ByteBuf in, List<Object> out) throws MalformedFrame {
        if (!greeted) {
            if (in.readableBytes() < Long.BYTES) {
                return;
            }
            if (in.readLong() != GREETING) {
                throw new MalformedFrame("the peer does not speak this protocol, or another version of it");
            }
            greeted = true;
            out.add(Greeted.GREETED);
        }
        if (in.readableBytes() < LENGTH_BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length < 1 || length > frameBytesMax) {
            throw new MalformedFrame("a frame of " + Integer.toUnsignedString(length) + " bytes; between 1 and "
                    + frameBytesMax + " are allowed");
        }
        if (in.readableBytes() >= LENGTH_BYTES + length) {
            in.skipBytes(LENGTH_BYTES);
            out.add(FrameCodec.decode(in.readSlice(length)));
        }
    }
}
