package io.faultline.runtime.host.store;

import io.etcd.jetcd.Client;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One process's connection to an etcd cluster, shared by the [EtcdStore]s of its nodes. When nothing was answered for
/// [EtcdStoreConfig#reconnectNanos] it is made anew: the client library waits longer and longer between attempts, up
/// to two minutes, and leases would run out although etcd is back.
///
/// Thread-safe: what changes is guarded by this object's lock, which is never held while something waits.
public final class EtcdConnection implements AutoCloseable {
    private static final String KEEP_ALIVE_METHOD = "LeaseKeepAlive";
    private static final long ANSWERED = Long.MIN_VALUE;

    private final List<URI> endpoints;
    private final EtcdStoreConfig config;
    private Client client;
    private long failingSinceNanos = ANSWERED;
    private boolean closed;

    private EtcdConnection(List<URI> endpoints, EtcdStoreConfig config) {
        this.endpoints = endpoints;
        this.config = config;
        this.client = connect();
    }

    /// Connects in the background; what is asked before that succeeds is answered then, or unavailable in time.
    ///
    /// @param endpoints of the members, as in `http://127.0.0.1:2379`
    public static EtcdConnection open(List<URI> endpoints, EtcdStoreConfig config) {
        return new EtcdConnection(List.copyOf(endpoints), config);
    }

    EtcdStoreConfig config() {
        return config;
    }

    synchronized Client client() {
        return client;
    }

    /// A call over `used` was answered.
    synchronized void answered(Client used) {
        if (used.equals(client)) {
            failingSinceNanos = ANSWERED;
        }
    }

    /// A call over `used` got no answer. All loops of a process share the origin of their time.
    synchronized void failed(Client used, long now) {
        if (!used.equals(client) || closed) {
            return;
        }
        if (failingSinceNanos == ANSWERED) {
            failingSinceNanos = now;
        } else if (now - failingSinceNanos >= config.reconnectNanos()) {
            failingSinceNanos = ANSWERED;
            client = connect();
            used.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        client.close();
    }

    private Client connect() {
        Client connected = Client.builder()
                .endpoints(endpoints)
                .keepaliveTime(Duration.ofNanos(config.pingNanos()))
                .keepaliveTimeout(Duration.ofNanos(config.pingTimeoutNanos()))
                .keepaliveWithoutCalls(false)
                .maxInboundMessageSize(config.answerBytesMax())
                .retryMaxAttempts(0)
                .interceptor(new Deadlines(config.requestTimeoutNanos()))
                .build();
        // The channel is made with the first of these; better here than within a node's turn.
        connected.getKVClient();
        connected.getLeaseClient();
        connected.getWatchClient();
        return connected;
    }

    /// Ends calls in the client library too when their time is over, so that none piles up there while etcd is away.
    /// A watch is a call without an end and has none.
    private record Deadlines(long timeoutNanos) implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            boolean ends = method.getType() == MethodDescriptor.MethodType.UNARY
                    || KEEP_ALIVE_METHOD.equals(method.getBareMethodName());
            return next.newCall(method, ends ? options.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS) : options);
        }
    }
}
