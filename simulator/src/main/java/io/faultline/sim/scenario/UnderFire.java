package io.faultline.sim.scenario;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.run.SimulationResult;
import java.util.Optional;
import java.util.function.Function;

/// The plot that swarm scenarios share, in two phases. *Safety*: clients keep the cluster busy while one fault
/// after the other strikes; requests may fail for want of workers or migrations, and may never be wrong.
/// *Liveness*: all faults are healed and the clients stop asking; within the derived bound everybody is back and
/// every request has ended. At last each client asks once more, and all of that completes: a healed cluster
/// serves.
final class UnderFire {
    private final SwarmStory story;
    private final SimulatedCluster cluster;
    private final Strikes strikes;
    private final RandomSource moments;
    private boolean ceased;

    /// What strikes.
    interface Strikes {
        /// Does something to the cluster that ends by itself or with [SimulatedCluster#heal]; it may find nothing
        /// to do.
        void strike(SimulatedCluster cluster, SwarmStory story, RandomSource moments);
    }

    private UnderFire(SwarmStory story, SimulatedCluster cluster, Strikes strikes, RandomSource moments) {
        this.story = story;
        this.cluster = cluster;
        this.strikes = strikes;
        this.moments = moments;
    }

    static SimulationResult run(String name, long seed, RunOptions options, Strikes strikes) {
        return run(name, seed, options, SwarmStory::drawnFrom, _ -> strikes);
    }

    static SimulationResult run(
            String name,
            long seed,
            RunOptions options,
            Function<Draws, SwarmStory> stories,
            Function<Draws, Strikes> swarm) {
        Draws draws = new Draws(new RandomSource(seed).fork(name));
        SwarmStory story = stories.apply(draws);
        Strikes strikes = swarm.apply(draws);
        ScenarioRun run = ScenarioRun.begin(name, seed, story.config(), options, draws);
        return run.result(new UnderFire(story, run.cluster(), strikes, draws.stream("moments")).play());
    }

    /// Why it failed, if it did for another reason than a broken invariant.
    private Optional<String> play() {
        if (!cluster.awaitStart()) {
            return Optional.empty();
        }
        LoadRun load = cluster.load().start(story.load());
        scheduleNext();
        if (!cluster.runFor(story.safetyNanos())) {
            return Optional.empty();
        }
        ceased = true;
        cluster.heal();
        load.drain();
        return cluster.stabilise() ? prove() : Optional.empty();
    }

    private Optional<String> prove() {
        LoadRun proof = cluster.load().start(story.proof());
        if (!cluster.stabilise()) {
            return Optional.empty();
        }
        int sent = proof.tally().sent();
        int completed = proof.tally().completed();
        return completed == sent
                ? Optional.empty()
                : Optional.of("the healed cluster completed " + completed + " of " + sent + " requests");
    }

    private void scheduleNext() {
        cluster.operator().after((long) moments.nextExponential((double) story.pauseNanos()), this::strike);
    }

    private void strike() {
        if (!ceased) {
            strikes.strike(cluster, story, moments);
            scheduleNext();
        }
    }
}
