package io.faultline.runtime.host.queue;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.queue.QueueClient;
import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueConfig;
import io.faultline.runtime.queue.QueueDisk;
import io.faultline.runtime.queue.QueueRequest;
import io.faultline.runtime.queue.QueueServer;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queues of the embedded world: a [QueueServer] on a loop of its own, reached by posting. Messages outlive the
/// nodes that publish and pull them, not this process.
///
/// Thread-safe: what it holds is confined to the queue's loop, and its methods post there.
public final class EmbeddedQueue implements AutoCloseable {
    private final NodeLoop queueLoop;
    private final QueueClientConfig clientConfig;
    private final QueueServer server;
    private final List<Client> clients = new ArrayList<>();
    private boolean closed;

    /// @param queueLoop the queue's own loop; nothing of the queue ran on it before
    /// @param events where the backlog is recorded; called on the queue's loop
    public EmbeddedQueue(NodeLoop queueLoop, QueueConfig config, QueueClientConfig clientConfig, EventSink events) {
        this.queueLoop = queueLoop;
        this.clientConfig = clientConfig;
        this.server = new QueueServer(new QueueDisk(config), queueLoop, events);
    }

    /// Connects the node that lives on `nodeLoop`.
    public Client connect(NodeLoop nodeLoop) {
        Client client = new Client(nodeLoop);
        queueLoop.post(client::open);
        return client;
    }

    /// Ends the queue. Its clients' calls become unavailable.
    @Override
    public void close() {
        queueLoop.post(() -> {
            closed = true;
            server.stop();
            List.copyOf(clients).forEach(Client::breakOff);
        });
    }

    /// The connection of one node. Closed when the node is killed or has stopped: what it pulled goes to others.
    public final class Client implements AutoCloseable {
        private final NodeLoop nodeLoop;
        private final QueueClient queue;
        private QueueServer.@Nullable Session serverSide;

        private Client(NodeLoop nodeLoop) {
            this.nodeLoop = nodeLoop;
            this.queue = new QueueClient(nodeLoop, this::send, clientConfig);
        }

        /// For the node's loop only.
        public WorkQueue queue() {
            return queue;
        }

        @Override
        public void close() {
            queueLoop.post(this::drop);
        }

        private void open() {
            if (!closed) {
                clients.add(this);
                serverSide = server.open(answer -> nodeLoop.post(() -> queue.received(answer)));
            }
        }

        private void send(QueueRequest request) {
            queueLoop.post(() -> {
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
            nodeLoop.post(() -> queue.disconnected("the connection to the queue is closed"));
        }
    }
}
