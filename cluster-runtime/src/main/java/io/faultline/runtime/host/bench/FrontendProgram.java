package io.faultline.runtime.host.bench;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.frontend.FrontendNode;
import io.faultline.runtime.host.EventHub;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.host.http.HttpFrontend;
import io.faultline.runtime.host.http.HttpFrontendConfig;
import io.faultline.runtime.host.http.StartResult;
import io.faultline.runtime.host.metrics.MetricsConfig;
import io.faultline.runtime.host.metrics.PrometheusFold;
import io.faultline.runtime.host.socket.SocketConfig;
import io.faultline.runtime.host.socket.SocketTransport;
import io.faultline.runtime.host.store.EmbeddedStore;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.text.BpeTokenizer;
import io.faultline.runtime.transport.Address;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;

/// The frontend as it is in production (the API, the processor, migration, routing, the request plane over
/// sockets, events and metrics), with a store of its own in which the generator's workers stand, so that the
/// bench needs no etcd. A process of its own.
final class FrontendProgram {
    static final String MODEL = "bench";
    private static final ModelCard CARD = new ModelCard(MODEL, 8192, 100_000, 16, 4096, 8192);

    private FrontendProgram() {}

    /// Arguments: the workers' addresses, separated by commas.
    public static void main(String[] arguments) throws IOException {
        long origin = System.nanoTime();
        HostLoop operatorLoop = loop("operator", origin);
        EventHub hub = EventHub.gathering(operatorLoop);
        PrometheusFold metrics = new PrometheusFold(MetricsConfig.defaults());
        operatorLoop.post(() -> hub.subscribe(metrics));
        HostLoop storeLoop = loop("store", origin);
        EmbeddedStore store = new EmbeddedStore(storeLoop, hub.sinkFor(new NodeId("store"), storeLoop));

        EventLoop sockets = SocketIo.best().loop("frontend");
        HostLoop loop = new HostLoop("frontend", sockets, origin, ChildJvm::die);
        NodeId id = new NodeId("frontend-0");
        EventSink events = hub.sinkFor(id, loop);
        NodeServices services = new NodeServices(
                id,
                loop,
                new RandomSource(7),
                new SocketTransport(loop, sockets, SocketConfig.defaults()),
                store.connect(loop).client(),
                events);
        FrontendNode frontend = new FrontendNode(services, FrontendConfig.defaults(BpeTokenizer.cl100kBase()));
        loop.post(() -> frontend.start(exit -> ChildJvm.die(new IllegalStateException("the frontend ended: " + exit))));
        String[] addresses = arguments[0].split(",");
        for (int i = 0; i < addresses.length; i++) {
            register(services, "worker-" + i, new Address(addresses[i]));
        }
        HttpFrontend http = new HttpFrontend(
                HttpFrontendConfig.defaults().listeningOn("127.0.0.1", 0), frontend, loop, metrics, sockets);
        switch (http.start()) {
            case StartResult.Listening(int port) -> ChildJvm.ready(Integer.toString(port));
            case StartResult.Refused(String message) -> throw new IOException(message);
        }
    }

    private static HostLoop loop(String name, long origin) {
        return new HostLoop(name, new DefaultEventLoop(new DefaultThreadFactory(name, true)), origin, ChildJvm::die);
    }

    private static void register(NodeServices services, String worker, Address address) {
        services.loop()
                .post(() -> new Registration(
                                services.loop(),
                                services.store(),
                                LeaseConfig.defaults(),
                                lease -> new Instance(lease, worker, "dynamo", "backend", "generate", address, CARD),
                                new Registration.Listener() {
                                    @Override
                                    public void registered(Instance instance, long ttlNanos) {}

                                    @Override
                                    public void lost(Instance instance) {}
                                })
                        .register());
    }
}
