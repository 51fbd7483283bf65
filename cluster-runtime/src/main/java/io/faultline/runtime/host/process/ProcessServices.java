package io.faultline.runtime.host.process;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.EventHub;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.host.events.EventFile;
import io.faultline.runtime.host.socket.SocketTransport;
import io.faultline.runtime.host.store.EtcdConnection;
import io.faultline.runtime.host.store.EtcdStore;
import io.faultline.runtime.host.store.EtcdStoreConfig;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Transport;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What one process gives to its node: a thread that also serves its sockets, a second one on which the event stream
/// is folded and written, sockets, and a connection to etcd. Times are those of the machine's monotonic clock, so that
/// recordings of several processes can be laid side by side.
final class ProcessServices {
    /// One a second, of an etcd that listens: it may be busy. One that does not listen is given a tenth of that.
    private static final int STORE_ATTEMPTS = 30;

    private static final int CONNECT_ATTEMPTS = 3;
    private static final int CONNECT_MILLIS = 1_000;
    private static final long CLOSE_LIMIT_SECONDS = 5;
    private static final long MACHINE_ORIGIN = 0;

    private final NodeId id;
    private final EventLoop sockets;
    private final HostLoop loop;
    private final DefaultEventLoop operator;
    private final HostLoop operatorLoop;
    private final EventHub hub;
    private final EtcdConnection etcd;
    private final KeyValueStore store;
    private final SocketTransport transport;
    private EventFile.@Nullable Recorder recorder;

    /// @param onFatal told when a task of the node failed
    ProcessServices(NodeId id, ProcessSettings settings, Consumer<Throwable> onFatal) {
        this.id = id;
        this.sockets = SocketIo.best().loop(id.value());
        this.loop = new HostLoop(id.value(), sockets, MACHINE_ORIGIN, onFatal);
        this.operator = new DefaultEventLoop(new DefaultThreadFactory("events", true));
        this.operatorLoop = new HostLoop("events", operator, MACHINE_ORIGIN, onFatal);
        this.hub = EventHub.gathering(operatorLoop);
        this.etcd = EtcdConnection.open(
                settings.urls(Setting.ETCD),
                EtcdStoreConfig.defaults(),
                settings.has(Setting.ETCD_CA) ? Path.of(settings.text(Setting.ETCD_CA)) : null);
        this.store = new OneNamespace(new EtcdStore(etcd, loop), settings.text(Setting.NAMESPACE));
        this.transport = new SocketTransport(loop, sockets, ProcessConfig.sockets(settings));
    }

    /// Waits until etcd has answered once, and opens the recording.
    void open(ProcessSettings settings) throws CannotStart {
        String file = settings.text(Setting.EVENTS);
        if (!file.isEmpty()) {
            try {
                EventFile.Recorder opened = new EventFile.Recorder(Path.of(file));
                recorder = opened;
                subscribe(opened);
            } catch (IOException | IllegalArgumentException e) {
                throw new CannotStart(
                        "cannot write " + file + " (" + e.getClass().getSimpleName()
                                + "); choose a file in a folder that exists and that you may write to");
            }
        }
        List<URI> endpoints = settings.urls(Setting.ETCD);
        for (int attempt = 0; attempt < STORE_ATTEMPTS; attempt++) {
            if (storeAnswers()) {
                return;
            }
            if (attempt + 1 >= CONNECT_ATTEMPTS && endpoints.stream().noneMatch(ProcessServices::listens)) {
                break;
            }
        }
        throw new CannotStart("etcd does not answer at " + settings.text(Setting.ETCD)
                + "; start it, or say where it is with --etcd"
                + (endpoints.getFirst().getScheme().equals("https")
                        ? " and who signed its certificate with --etcd-ca"
                        : ""));
    }

    private static boolean listens(URI endpoint) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), CONNECT_MILLIS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private boolean storeAnswers() {
        CompletableFuture<Reply<Listing>> answer = new CompletableFuture<>();
        loop.post(() -> store.range(Instance.ROOT + "none", answer::complete));
        return answer.join() instanceof Reply.Ok<Listing>;
    }

    NodeServices node() {
        return node(transport);
    }

    NodeServices node(Transport over) {
        return new NodeServices(id, loop, new RandomSource(seed()), over, store, hub.sinkFor(id, loop));
    }

    private static long seed() {
        return System.nanoTime() ^ ProcessHandle.current().pid() << 40;
    }

    /// For what is said about the node from outside it.
    EventSink operatorEvents() {
        return hub.sinkFor(id, operatorLoop);
    }

    /// The faults that the process can carry out on itself; for [#operatorLoop].
    /// @param engine told on the node's loop
    OwnFaults faults(Consumer<EngineCondition> engine) {
        return new OwnFaults(
                id, operatorLoop, condition -> loop.post(() -> engine.accept(condition)), operatorEvents());
    }

    void subscribe(Fold fold) {
        operatorLoop.post(() -> hub.subscribe(fold));
    }

    NodeId id() {
        return id;
    }

    HostLoop operatorLoop() {
        return operatorLoop;
    }

    HostLoop loop() {
        return loop;
    }

    EventLoop sockets() {
        return sockets;
    }

    SocketTransport transport() {
        return transport;
    }

    /// Lets the last frames and events out and gives everything back; done within [#CLOSE_LIMIT_SECONDS].
    CompletableFuture<Void> close() {
        CompletableFuture<Void> written = new CompletableFuture<>();
        return transport
                .close()
                .completeOnTimeout(null, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)
                .thenCompose(_ -> {
                    loop.kill();
                    operatorLoop.post(() -> {
                        hub.flush();
                        closeRecorder();
                        written.complete(null);
                    });
                    return written.completeOnTimeout(null, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
                })
                .thenRun(() -> {
                    etcd.close();
                    var _ = sockets.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                    var _ = operator.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                });
    }

    private void closeRecorder() {
        if (recorder != null) {
            try {
                recorder.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the recording could not be completed", e);
            }
        }
    }
}
