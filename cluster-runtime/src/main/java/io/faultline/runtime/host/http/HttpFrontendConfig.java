package io.faultline.runtime.host.http;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How the API is served. Immutable.
///
/// @param host address to listen on; the loopback address by default, because the API has no authentication
/// @param port 0 = any free one
/// @param retryAfterSeconds `Retry-After` of a 503 for which the frontend has no better hint, at least 1
@RecordBuilder
public record HttpFrontendConfig(String host, int port, int retryAfterSeconds, Limits limits, Timeouts timeouts)
        implements HttpFrontendConfigBuilder.With {
    private static final int KIBIBYTE = 1024;
    private static final int MEBIBYTE = 1024 * 1024;
    private static final long SECOND = 1_000_000_000L;

    public HttpFrontendConfig {
        Invariants.check(port >= 0 && port <= 65_535, "a port is 0 to 65535, not %s", port);
        Invariants.check(retryAfterSeconds >= 1, "Retry-After is at least 1 s, not %s", retryAfterSeconds);
    }

    /// Port 8000 of the loopback address.
    public static HttpFrontendConfig defaults() {
        return new HttpFrontendConfig("127.0.0.1", 8000, 1, Limits.defaults(), Timeouts.defaults());
    }

    public HttpFrontendConfig listeningOn(String newHost, int newPort) {
        return with(b -> b.host(newHost).port(newPort));
    }

    /// What a client may make the server hold, in bytes unless said otherwise.
    ///
    /// @param bodyBytesMax one request's body (`DYN_HTTP_BODY_LIMIT_MB`, 45 MiB); larger ones are refused with
    ///     413
    /// @param bodyBudgetBytes all bodies together, from their arrival until tokens are made of them; beyond it
    ///     requests get 503, by their declared length where they have one. A quarter of it is for bodies that are
    ///     parsed on the event loop, and the rest holds at least one body. The heap has to have about three times
    ///     as much
    /// @param initialLineBytesMax the request line; longer ones get 414
    /// @param headerBytesMax all header fields of a request; more get 431
    /// @param pipelinedBytesMax what is read ahead while a request is being served; beyond it reading stops, and
    ///     a client that leaves is noticed only when its answer cannot be written
    /// @param pendingBytesMax bytes of an event stream that wait for a client that does not read; at least 64 KiB
    /// @param unsentBudgetBytes bytes that wait for all clients that do not read; beyond it each of them that is
    ///     due more is dropped
    /// @param socketSendBytes the operating system's buffer for one client; it bounds what a client that does not
    ///     read costs the kernel, and hides a client that is gone for so much longer. 0 = the system's own choice
    /// @param connectionsMax connections at the same time; further ones are closed at once
    /// @param parseOffLoopBytes bodies from this size on are parsed away from the event loop, so as
    ///     not to stall it
    @RecordBuilder
    public record Limits(
            int bodyBytesMax,
            long bodyBudgetBytes,
            int initialLineBytesMax,
            int headerBytesMax,
            int pipelinedBytesMax,
            int pendingBytesMax,
            long unsentBudgetBytes,
            int socketSendBytes,
            int connectionsMax,
            int parseOffLoopBytes)
            implements HttpFrontendConfigLimitsBuilder.With {
        public Limits {
            Invariants.check(bodyBytesMax >= 1, "a body limit is at least 1 byte");
            Invariants.check(
                    bodyBudgetBytes - bodyBudgetBytes / 4 >= bodyBytesMax,
                    "three quarters of the budget of all bodies hold at least one");
            Invariants.check(initialLineBytesMax >= 64 && headerBytesMax >= 256, "heads need room");
            Invariants.check(pipelinedBytesMax >= 0, "read-ahead is at least 0");
            Invariants.check(pendingBytesMax >= 64 * KIBIBYTE, "at least 64 KiB may wait for a client");
            Invariants.check(unsentBudgetBytes >= pendingBytesMax, "the budget of all clients holds at least one's");
            Invariants.check(socketSendBytes >= 0, "a buffer has at least 0 bytes");
            Invariants.check(connectionsMax >= 1, "at least one connection");
            Invariants.check(parseOffLoopBytes >= 0, "a size is at least 0");
        }

        public static Limits defaults() {
            return new Limits(
                    45 * MEBIBYTE,
                    96L * MEBIBYTE,
                    8 * KIBIBYTE,
                    16 * KIBIBYTE,
                    64 * KIBIBYTE,
                    MEBIBYTE,
                    64L * MEBIBYTE,
                    256 * KIBIBYTE,
                    10_000,
                    256 * KIBIBYTE);
        }

        public Limits withBody(int bytesMax, long budgetBytes) {
            return with(b -> b.bodyBytesMax(bytesMax).bodyBudgetBytes(budgetBytes));
        }

        /// @param bytesMax that wait for one client
        /// @param budgetBytes that wait for all
        public Limits withPending(int bytesMax, long budgetBytes) {
            return with(b -> b.pendingBytesMax(bytesMax).unsentBudgetBytes(budgetBytes));
        }
    }

    /// How long the server waits, in nanoseconds.
    ///
    /// @param headNanos from a request's first byte, or from the connection, to the end of its head
    /// @param bodyIdleNanos between two pieces of a body
    /// @param bodyNanos from the end of the head to the end of the body
    /// @param idleNanos for the next request on a connection that is kept alive
    /// @param writeNanos for a client to read enough that more can be written
    /// @param lingerNanos for a client to read a refusal while what it still sends is thrown away
    /// @param requestNanos from the arrival of a request to the end of its answer; the deadline that the
    ///     frontend is given
    /// @param frontendNanos for the frontend's loop to answer a question about its state, and beyond
    ///     `requestNanos` for its last word on a request
    /// @param loopWatchNanos between two looks at how late the frontend's loop is
    /// @param eventStreamKeepAliveNanos a comment is sent after this long without a token, 0 = never
    ///     (`DYN_HTTP_SSE_KEEP_ALIVE_INTERVAL_MS`); it makes the head go out before it is known whether the
    ///     request succeeds
    @RecordBuilder
    public record Timeouts(
            long headNanos,
            long bodyIdleNanos,
            long bodyNanos,
            long idleNanos,
            long writeNanos,
            long lingerNanos,
            long requestNanos,
            long frontendNanos,
            long loopWatchNanos,
            long eventStreamKeepAliveNanos)
            implements HttpFrontendConfigTimeoutsBuilder.With {
        public Timeouts {
            Invariants.check(
                    headNanos > 0 && bodyIdleNanos > 0 && idleNanos > 0 && writeNanos > 0 && lingerNanos > 0,
                    "every wait ends");
            Invariants.check(bodyNanos >= bodyIdleNanos, "a body may take at least as long as one of its pieces");
            Invariants.check(requestNanos > 0 && frontendNanos > 0 && loopWatchNanos > 0, "every wait ends");
            Invariants.check(eventStreamKeepAliveNanos >= 0, "a keep-alive interval is at least 0");
        }

        public static Timeouts defaults() {
            return new Timeouts(
                    10 * SECOND,
                    10 * SECOND,
                    120 * SECOND,
                    75 * SECOND,
                    30 * SECOND,
                    2 * SECOND,
                    600 * SECOND,
                    2 * SECOND,
                    SECOND / 10,
                    0);
        }

        /// @param pieceNanos between two pieces of a body
        /// @param wholeNanos to its end
        public Timeouts withBody(long pieceNanos, long wholeNanos) {
            return with(b -> b.bodyIdleNanos(pieceNanos).bodyNanos(wholeNanos));
        }
    }
}
