package io.faultline.runtime.host.store;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.StoreClient;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.discovery.StoreRequest;
import io.faultline.runtime.discovery.StoreServer;
import io.faultline.runtime.discovery.StoreState;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The store of the embedded world: a [StoreServer] on a loop of its own, reached by posting. It keeps nothing when
/// the process ends.
///
/// Thread-safe: what it holds is confined to the store's loop, and its methods post there.
public final class EmbeddedStore implements AutoCloseable {
    private final NodeLoop storeLoop;
    private final StoreClientConfig clientConfig;
    private final StoreServer server;
    private final List<Client> clients = new ArrayList<>();
    private boolean closed;

    /// With the default limits.
    public EmbeddedStore(NodeLoop storeLoop, EventSink events) {
        this(storeLoop, StoreConfig.defaults(), StoreClientConfig.defaults(), events);
    }

    /// @param storeLoop the store's own loop; nothing of the store ran on it before
    /// @param events where ended leases are recorded; called on the store's loop
    public EmbeddedStore(NodeLoop storeLoop, StoreConfig config, StoreClientConfig clientConfig, EventSink events) {
        this.storeLoop = storeLoop;
        this.clientConfig = clientConfig;
        this.server = new StoreServer(new StoreState(config), storeLoop, events);
    }

    /// Connects the node that lives on `nodeLoop`.
    public Client connect(NodeLoop nodeLoop) {
        Client client = new Client(nodeLoop);
        storeLoop.post(client::open);
        return client;
    }

    /// Ends the store. Its clients' calls become unavailable and their watches lost.
    @Override
    public void close() {
        storeLoop.post(() -> {
            closed = true;
            server.stop();
            List.copyOf(clients).forEach(Client::breakOff);
        });
    }

    /// The connection of one node. Closed when the node is killed or has stopped: its watches end, its leases run out.
    public final class Client implements AutoCloseable {
        private final NodeLoop nodeLoop;
        private final StoreClient store;
        private StoreServer.@Nullable Session serverSide;

        private Client(NodeLoop nodeLoop) {
            this.nodeLoop = nodeLoop;
            this.store = new StoreClient(nodeLoop, this::send, clientConfig);
        }

        /// For the node's loop only.
        public KeyValueStore store() {
            return store;
        }

        @Override
        public void close() {
            storeLoop.post(this::drop);
        }

        private void open() {
            if (!closed) {
                clients.add(this);
                serverSide = server.open(answer -> nodeLoop.post(() -> store.received(answer)));
            }
        }

        private void send(StoreRequest request) {
            storeLoop.post(() -> {
                if (serverSide != null) {
                    serverSide.receive(request);
                } else {
                    breakOff();
                }
            });
        }

        private void drop() {
            if (serverSide != null) {
                serverSide.drop();
                serverSide = null;
            }
            clients.remove(this);
        }

        private void breakOff() {
            drop();
            nodeLoop.post(() -> store.disconnected("the connection to the store is closed"));
        }
    }
}
