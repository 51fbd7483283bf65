package io.faultline.runtime.host.store;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process's connection to an etcd cluster, shared by the [EtcdStore]s of its nodes. When nothing was answered for
/// [EtcdStoreConfig#reconnectNanos] it is made anew: the client library waits longer and longer between attempts, up
/// to two minutes, and leases would run out although etcd is back.
///
/// Thread-safe: what changes is guarded by this object's lock, which is never held while something waits.
public final class EtcdConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdConnection.class);
    private static final String KEEP_ALIVE_METHOD = "LeaseKeepAlive";
    private static final long ANSWERED = Long.MIN_VALUE;

    private final List<URI> endpoints;
    private final EtcdStoreConfig config;
    private Client client;
    private long failingSinceNanos = ANSWERED;
    /// The same for people: it goes on over new connections.
    private long awaySinceNanos = ANSWERED;
    /// It answered before: until then whoever starts says that it does not.
    private boolean isKnown;
    private boolean closed;

    private final @Nullable SslContext tls;

    private EtcdConnection(List<URI> endpoints, EtcdStoreConfig config, @Nullable SslContext tls) {
        this.endpoints = endpoints;
        this.config = config;
        this.tls = tls;
        this.client = connect();
    }

    /// Connects in the background; what is asked before that succeeds is answered then, or unavailable in time.
    ///
    /// @param endpoints of the members, as in `http://127.0.0.1:2379`; over TLS when they begin with `https`
    public static EtcdConnection open(List<URI> endpoints, EtcdStoreConfig config) {
        return open(endpoints, config, null);
    }

    /// @param authority PEM file of the authority that signed the members' certificates; null = those the JDK trusts
    /// @throws IllegalArgumentException when the file holds no certificate
    public static EtcdConnection open(List<URI> endpoints, EtcdStoreConfig config, @Nullable Path authority) {
        boolean isTls = endpoints.stream().anyMatch(e -> "https".equals(e.getScheme()));
        return new EtcdConnection(List.copyOf(endpoints), config, isTls ? tls(authority) : null);
    }

    private static SslContext tls(@Nullable Path authority) {
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient();
            return (authority == null ? builder : builder.trustManager(authority.toFile())).build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    EtcdStoreConfig config() {
        return config;
    }

    synchronized Client client() {
        return client;
    }

    /// A call over `used` was answered.
    synchronized void answered(Client used, long now) {
        if (used.equals(client)) {
            failingSinceNanos = ANSWERED;
            isKnown = true;
            if (awaySinceNanos != ANSWERED) {
                LOG.info(
                        "etcd answers again endpoints={} after={}s",
                        endpoints,
                        (now - awaySinceNanos) / 1_000_000_000L);
                awaySinceNanos = ANSWERED;
            }
        }
    }

    /// A call over `used` got no answer. All loops of a process share the origin of their time.
    synchronized void failed(Client used, long now) {
        if (!used.equals(client) || closed) {
            return;
        }
        if (isKnown && awaySinceNanos == ANSWERED) {
            awaySinceNanos = now;
            LOG.warn(
                    "etcd does not answer endpoints={}: known workers keep serving; none can join or leave, and"
                            + " registrations wait until it is back",
                    endpoints);
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

    /// As the client library writes it itself, but for the brackets of IPv6 addresses, which its own target leaves as
    /// they
    /// are although a path may not hold them.
    static String target(List<URI> endpoints) {
        return endpoints.stream()
                .map(e -> e.getHost().replace("[", "%5B").replace("]", "%5D") + ':' + e.getPort())
                .distinct()
                .collect(Collectors.joining(",", "ip:///", ""));
    }

    private Client connect() {
        ClientBuilder builder = Client.builder().target(target(endpoints));
        if (tls != null) {
            builder.sslContext(tls);
        }
        Client connected = builder.keepaliveTime(Duration.ofNanos(config.pingNanos()))
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
