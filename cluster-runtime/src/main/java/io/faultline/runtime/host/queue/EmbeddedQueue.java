package io.faultline.runtime.host.queue;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.host.HostedService;
import io.faultline.runtime.queue.QueueAnswer;
import io.faultline.runtime.queue.QueueClient;
import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueConfig;
import io.faultline.runtime.queue.QueueDisk;
import io.faultline.runtime.queue.QueueRequest;
import io.faultline.runtime.queue.QueueServer;
import io.faultline.runtime.seam.NodeLoop;

/// The queues of the embedded world. Messages outlive the nodes that publish and pull them, not this process. When a
/// node's connection is closed, what it pulled goes to others.
public final class EmbeddedQueue extends HostedService<QueueRequest, QueueAnswer, QueueClient> {
    /// @param events where the backlog is recorded; called on the queue's loop
    public EmbeddedQueue(NodeLoop queueLoop, QueueConfig config, QueueClientConfig clientConfig, EventSink events) {
        super(
                "the queue",
                queueLoop,
                new QueueServer(new QueueDisk(config), queueLoop, events),
                (nodeLoop, link) -> new QueueClient(nodeLoop, link, clientConfig));
    }
}
