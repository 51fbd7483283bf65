package io.faultline.sim.bench;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.world.LoadControl.AnswerObserver;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import java.util.ArrayList;
import java.util.List;

/// A stage in virtual time, with every invariant watching.
public final class SimulatedStage implements OverloadStage {
    private final SimulatedCluster cluster;
    private final OpenLoadSpec shape;

    public SimulatedStage(SimulationConfig config, OpenLoadSpec shape, long seed) {
        this.cluster = SimulatedCluster.builder(seed).config(config).build();
        this.shape = shape;
        cluster.awaitStart();
        checkHolds();
    }

    @Override
    public Measured offer(List<Phase> phases) {
        List<ObservedAnswer> ended = new ArrayList<>();
        int sent = 0;
        double seconds = 0;
        for (Phase phase : phases) {
            AnswerObserver observer = phase.isMeasured() ? ended::add : AnswerObserver.NOBODY;
            LoadRun run = cluster.load().start(shape.at(phase.requestsPerSecond()), observer);
            cluster.runFor(phase.nanos());
            checkHolds();
            run.drain();
            if (phase.isMeasured()) {
                sent = run.tally().sent();
                seconds = phase.nanos() * 1e-9;
            }
        }
        return new Measured(sent, ended, seconds);
    }

    private void checkHolds() {
        Invariants.check(cluster.holds(), "a broken invariant: %s", cluster.violations());
    }

    @Override
    public void close() {
        // Nothing of it runs by itself.
    }
}
