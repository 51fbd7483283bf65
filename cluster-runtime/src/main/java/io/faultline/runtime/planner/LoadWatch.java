package io.faultline.runtime.planner;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.RequestPlaneClient;
import io.faultline.runtime.transport.RequestPlaneClient.PeerLoad;
import io.faultline.runtime.transport.RequestPlaneConfig;

/// Hears how loaded every registered worker is, over a connection to each. Confined to the loop.
final class LoadWatch {
    private final InstanceDirectory directory;
    private final RequestPlaneClient plane;

    LoadWatch(NodeServices services, LeaseConfig lease, RequestPlaneConfig config) {
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

    PoolLoad read(String component) {
        int ready = 0;
        int reporting = 0;
        long used = 0;
        long blocks = 0;
        int queued = 0;
        for (Instance instance : directory.instances().values()) {
            if (!instance.component().equals(component)) {
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
        return new PoolLoad(ready, reporting, blocks == 0 ? 0 : (double) used / blocks, queued);
    }
}
