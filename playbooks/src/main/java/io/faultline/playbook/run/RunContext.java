package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.probe.Marks;
import io.faultline.playbook.probe.Observation;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/// What the parts of one run share. Confined to the loop.
final class RunContext {
    private final World world;
    private final Playbook playbook;
    private final Scope scope;
    private final RunRequest request;
    private final Journal journal;
    private final BlastGuard blastGuard;
    private final Marks marks = new Marks();
    private final SequencedMap<String, LoadRun> loads = new LinkedHashMap<>();
    private final SequencedMap<String, Boolean> answers = new LinkedHashMap<>();

    RunContext(World world, Playbook playbook, Scope scope, RunRequest request) {
        this.world = world;
        this.playbook = playbook;
        this.scope = scope;
        this.request = request;
        this.journal = new Journal(request.id(), world.events());
        long now = world.loop().now();
        this.blastGuard = new BlastGuard(
                playbook.blastRadius(), scope, world.history().topology(now).nodes());
        mark(Marks.RUN_START, now, List.of());
    }

    World world() {
        return world;
    }

    Playbook playbook() {
        return playbook;
    }

    Scope scope() {
        return scope;
    }

    RunRequest request() {
        return request;
    }

    Journal journal() {
        return journal;
    }

    BlastGuard blastGuard() {
        return blastGuard;
    }

    Marks marks() {
        return marks;
    }

    SequencedMap<String, LoadRun> loads() {
        return loads;
    }

    /// The name under which this run injects its faults.
    String by() {
        return playbook.metadata().name() + " run " + request.id();
    }

    /// The random numbers of one step, the same whatever the other steps draw.
    RandomSource randomOf(String step) {
        return new RandomSource(request.seed()).fork(step);
    }

    void mark(String name, long nowNanos, List<NodeId> targets) {
        marks.set(name, nowNanos, world.history().service(nowNanos), targets);
    }

    List<NodeId> targetsOf(String step) {
        return marks.mark(step).map(Marks.Mark::targets).orElse(List.of());
    }

    Observation observe(LongSupplier steadySinceNanos) {
        return new Observation(world.history(), world.loop().now(), marks, by(), steadySinceNanos);
    }

    void answer(String step, boolean proceed) {
        answers.put(step, proceed);
    }

    Optional<Boolean> answerTo(String step) {
        return Optional.ofNullable(answers.get(step));
    }
}
