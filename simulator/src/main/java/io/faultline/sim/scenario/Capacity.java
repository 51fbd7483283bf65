package io.faultline.sim.scenario;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;

/// How many requests of a kind a cluster can serve in a second, so that a scenario can ask for a multiple of it.
/// Measured with a twin that sheds nothing: as many clients as fill its batches, each of which asks again when it
/// has its answer.
final class Capacity {
    private static final long SECOND = 1_000_000_000L;
    private static final long WARM_UP_NANOS = 2 * SECOND;
    private static final long MEASURED_NANOS = 4 * SECOND;
    /// More streams than this finish no more requests a second, only later.
    private static final int CLIENTS_A_WORKER = 128;

    private Capacity() {}

    /// @param draws where the result is noted
    /// @param load whose prompts and answers count; its rate does not
    /// @return whole requests a second, at least 1
    static double measure(long seed, Draws draws, ClusterConfig cluster, OpenLoadSpec load) {
        SimulatedCluster twin = SimulatedCluster.builder(seed)
                .config(SimulationConfig.of(cluster.withAdmission(AdmissionConfig.off())))
                .build();
        twin.awaitStart();
        LoadRun run = twin.load()
                .start(new LoadSpec(
                        cluster.decodeWorkers() * Math.min(cluster.sequencesMax(), CLIENTS_A_WORKER),
                        0,
                        load.promptTokensMin(),
                        load.promptTokensMax(),
                        (load.answerTokensMin() + load.answerTokensMax()) / 2,
                        0,
                        SECOND));
        twin.runFor(WARM_UP_NANOS);
        int before = run.tally().completed();
        twin.runFor(MEASURED_NANOS);
        int served = run.tally().completed() - before;
        return draws.note("capacity (requests/s)", Math.max(1, served * SECOND / MEASURED_NANOS));
    }
}
