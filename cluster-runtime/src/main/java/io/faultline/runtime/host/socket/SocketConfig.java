package io.faultline.runtime.host.socket;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How a node's sockets behave. Immutable.
///
/// @param host address to listen on; the loopback address by default, because frames are not encrypted
/// @param port to listen on, 0 = any free one (`DYN_TCP_RPC_PORT`)
/// @param connectNanos longest wait for a connection; default 5 s (`DYN_TCP_CONNECT_TIMEOUT`)
/// @param greetingNanos longest wait for the first bytes of somebody who connected; default 5 s
/// @param lingerNanos how long a closed end waits for its last frames to be taken; default 1 s
/// @param frameBytesMax largest frame, either way; default 32 MiB (`DYN_TCP_MAX_MESSAGE_SIZE`)
/// @param congestedBytes unsent bytes above which a connection counts as congested; default 1 MiB
/// @param unsentBytesMax unsent bytes above which the peer is given up: it does not read; default 64 MiB
/// @param connectionsMax connections that others may hold to this node; further ones are closed at once;
///     default 1000
@RecordBuilder
public record SocketConfig(
        String host,
        int port,
        long connectNanos,
        long greetingNanos,
        long lingerNanos,
        int frameBytesMax,
        int congestedBytes,
        int unsentBytesMax,
        int connectionsMax)
        implements SocketConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;
    private static final int MEBIBYTE = 1024 * 1024;

    public SocketConfig {
        Invariants.check(port >= 0 && port <= 65_535, "a port is 0 to 65535, not %s", port);
        Invariants.check(connectNanos > 0 && greetingNanos > 0 && lingerNanos > 0, "waits are at least 1 ns");
        Invariants.check(frameBytesMax >= 1024, "a frame may have at least 1 KiB");
        Invariants.check(
                congestedBytes >= 1024 && unsentBytesMax >= congestedBytes + frameBytesMax,
                "a whole frame fits between congested (%s bytes) and given up (%s bytes)",
                congestedBytes,
                unsentBytesMax);
        Invariants.check(connectionsMax >= 1, "at least one connection");
    }

    public static SocketConfig defaults() {
        return new SocketConfig(
                "127.0.0.1", 0, 5 * SECOND, 5 * SECOND, SECOND, 32 * MEBIBYTE, MEBIBYTE, 64 * MEBIBYTE, 1000);
    }

    public SocketConfig listeningOn(String newHost, int newPort) {
        return with(b -> b.host(newHost).port(newPort));
    }

    public SocketConfig withBytes(int frameMax, int congested, int unsentMax) {
        return with(b -> b.frameBytesMax(frameMax).congestedBytes(congested).unsentBytesMax(unsentMax));
    }
}
