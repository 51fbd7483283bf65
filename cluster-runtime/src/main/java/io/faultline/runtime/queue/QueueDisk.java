package io.faultline.runtime.queue;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// All queues of one server, by name: what is on its disk and outlives its process. Confined to one loop.
public final class QueueDisk {
    private final QueueConfig config;
    private final TreeMap<String, QueueState> queues = new TreeMap<>();

    public QueueDisk(QueueConfig config) {
        this.config = config;
    }

    public QueueConfig config() {
        return config;
    }

    /// The queue of that name; empty when there are as many others as there may be.
    Optional<QueueState> queue(String name) {
        QueueState known = queues.get(name);
        if (known == null && queues.size() < config.queuesMax()) {
            known = new QueueState(config);
            queues.put(name, known);
        }
        return Optional.ofNullable(known);
    }

    /// In the order of their names.
    SortedMap<String, QueueState> queues() {
        return queues;
    }
}
