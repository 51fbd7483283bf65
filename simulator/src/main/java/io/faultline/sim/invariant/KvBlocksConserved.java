package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent.InstanceRegistered;
import io.faultline.runtime.event.EngineEvent.EngineStepped;
import io.faultline.runtime.event.EngineEvent.SequenceReleased;
import java.util.LinkedHashMap;
import java.util.Map;

/// Blocks are used, cached or free, and a cluster at rest uses none.
public final class KvBlocksConserved implements Invariant {
    private final Map<Long, Integer> blocksOf = new LinkedHashMap<>();

    @Override
    public String sentence() {
        return "The KV blocks that a worker uses and caches are never more than it has, and none is used at rest.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (event.record() instanceof EngineStepped step) {
            stepped(event, step, report);
        } else if (event.record() instanceof SequenceReleased(long instance, String request, int freed) && freed < 0) {
            report.broken(
                    event.node(),
                    "releasing request " + request + " made instance " + instance + " use " + -freed + " blocks more");
        } else if (event.record() instanceof InstanceRegistered registered) {
            blocksOf.put(registered.instance(), registered.kvBlocks());
        }
    }

    private void stepped(ClusterEvent event, EngineStepped step, Report report) {
        Integer blocks = blocksOf.get(step.instance());
        boolean fits = blocks == null || step.usedBlocks() + step.cachedBlocks() <= blocks;
        if (step.usedBlocks() < 0 || step.cachedBlocks() < 0 || !fits) {
            report.broken(
                    event.node(),
                    "instance " + step.instance() + " uses " + step.usedBlocks() + " and caches " + step.cachedBlocks()
                            + " of " + blocks + " blocks");
        }
    }

    @Override
    public void atRest(RestingCluster cluster, Report report) {
        cluster.engines().forEach((node, load) -> {
            if (load.usedBlocks() != 0) {
                report.broken(node, node + " is at rest and uses " + load.usedBlocks() + " blocks");
            }
        });
    }
}
