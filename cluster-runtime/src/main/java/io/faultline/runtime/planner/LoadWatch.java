package io.faultline.runtime.planner;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.queue.WorkQueue.Backlog;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.RequestPlaneClient;
import io.faultline.runtime.transport.RequestPlaneClient.PeerLoad;
import io.faultline.runtime.transport.RequestPlaneConfig;
import java.util.Map;
import java.util.TreeMap;

/// Hears how loaded every registered worker is, over a connection to each, and how long the queues are. Confined to
/// the loop.
final class LoadWatch {
    private final InstanceDirectory directory;
    private final RequestPlaneClient plane;
    private final WorkQueue queues;
    /// What each queue answered last; one that does not answer says nothing.
    private final Map<String, Integer> waiting = new TreeMap<>();

    LoadWatch(NodeServices services, LeaseConfig lease, RequestPlaneConfig config) {
        this.queues = services.queue();
        this.plane = new RequestPlaneClient(services.loop(), services.transport(), config);
        this.directory =
                new InstanceDirectory(services.loop(), services.store(), lease, new InstanceDirectory.Listener() {
                    @Override
                    public void appeared(Instance instance) {
                        plane.connect(instance.address());
                    }

                    @Override
                    public void vanished(Instance instance) {
                        plane.forget(instance.address());
                    }
                });
    }

    void start() {
        directory.start();
    }

    void close() {
        directory.close();
        plane.close();
    }

    PoolLoad read(Pool pool) {
        int ready = 0;
        int reporting = 0;
        long used = 0;
        long blocks = 0;
        int queued = 0;
        for (Instance instance : directory.instances().values()) {
            if (!instance.component().equals(pool.component())) {
                continue;
            }
            ready++;
            // A connection that broke is opened again.
            plane.connect(instance.address());
            PeerLoad known = plane.load(instance.address());
            EngineLoad load = known == null ? null : known.report();
            if (load != null) {
                reporting++;
                used += load.usedBlocks();
                blocks += instance.card().kvBlocks();
                queued += load.waiting();
            }
        }
        queued += pool.queue().map(this::waitingIn).orElse(0);
        return new PoolLoad(ready, reporting, blocks == 0 ? 0 : (double) used / blocks, queued);
    }

    /// As of the last time that it was read; asks for the next.
    private int waitingIn(String queue) {
        queues.look(
                queue,
                reply -> waiting.put(
                        queue, reply instanceof Reply.Ok<Backlog>(Backlog backlog) ? backlog.waiting() : 0));
        return waiting.getOrDefault(queue, 0);
    }
}
