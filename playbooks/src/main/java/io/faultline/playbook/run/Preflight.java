package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.model.Playbook.WorldKind;
import io.faultline.playbook.model.Step;
import io.faultline.playbook.model.Target;
import io.faultline.playbook.probe.Words;
import io.faultline.playbook.run.TargetChoice.Choice;
import io.faultline.runtime.fault.FaultInjector.ActiveFault;
import io.faultline.runtime.history.PlaybookRunView;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The last look before harm is done: whether the playbook may run here and now, whom it would hit, and how much of
/// the pool that is. Changes nothing. To be called on the world's loop.
public final class Preflight {
    private final World world;
    private final Playbook playbook;
    private final Scope scope;
    private final List<NodeView> nodes;
    private final List<Finding> findings = new ArrayList<>();

    private Preflight(World world, Playbook playbook, Scope scope) {
        this.world = world;
        this.playbook = playbook;
        this.scope = scope;
        this.nodes = world.history().topology(world.loop().now()).nodes();
    }

    /// @param detail what was found, for people
    public record Finding(String name, boolean isOk, String detail) {}

    /// @param ownRun a run that does not count as another one
    /// @param seed the run's; targets are drawn as the run will draw them, if the cluster stays as it is
    static List<Finding> check(World world, Playbook playbook, Scope scope, String ownRun, long seed) {
        Preflight preflight = new Preflight(world, playbook, scope);
        preflight.world();
        preflight.workers();
        preflight.faults();
        preflight.otherRuns(ownRun);
        preflight.targets(new RandomSource(seed));
        return List.copyOf(preflight.findings);
    }

    private void world() {
        List<String> allowed = playbook.requires().worlds().stream()
                .map((WorldKind w) -> Words.of(w, '-'))
                .toList();
        find(
                "world",
                allowed.contains(world.kind()),
                "runs in " + world.kind() + ", allowed in " + String.join(", ", allowed));
    }

    private void workers() {
        int ready = ClusterFacts.pool(world, playbook);
        int wanted = playbook.requires().minWorkers().countIn(scope);
        String role = Words.of(playbook.requires().role(), '-');
        find("workers", ready >= wanted, ready + " " + role + " nodes are ready, " + wanted + " are needed");
    }

    private void faults() {
        List<ActiveFault> active = world.faults().active();
        find(
                "no-active-fault",
                active.isEmpty(),
                active.isEmpty()
                        ? "no fault is in force"
                        : active.getFirst().fault().kind() + " on "
                                + active.getFirst().fault().target() + " is in force; recover it first");
    }

    private void otherRuns(String ownRun) {
        Optional<PlaybookRunView> other = world.history().playbookRuns().stream()
                .filter(r -> r.endedAtNanos() < 0 && !r.run().equals(ownRun))
                .findFirst();
        find(
                "no-other-run",
                other.isEmpty(),
                other.map(r -> "run " + r.run() + " of " + r.playbook() + " is under way; wait for it or abort it")
                        .orElse("no other run is under way"));
    }

    private void targets(RandomSource random) {
        BlastGuard guard = new BlastGuard(playbook.blastRadius(), scope, nodes);
        for (Step step : playbook.method()) {
            if (step instanceof Step.Inject inject && !inject.fault().isRepair()) {
                target(inject, guard, random.fork(inject.name()));
            }
        }
    }

    private void target(Step.Inject inject, BlastGuard guard, RandomSource random) {
        String name = "targets-of-" + inject.name();
        // What an earlier step hits is counted there.
        if (inject.target() instanceof Target.SameAs same) {
            find(name, true, "the nodes that step " + same.step() + " acted on");
            return;
        }
        switch (TargetChoice.choose(inject.target(), nodes, scope, _ -> List.of(), random)) {
            case Choice.TooFew(String why) -> find(name, inject.target().onEmpty() == Target.OnEmpty.SKIP, why);
            case Choice.Chosen(var role, List<NodeId> chosen) -> {
                Optional<String> excess = guard.admit(role, chosen);
                find(name, excess.isEmpty(), excess.orElse(inject.fault().word() + " would hit " + listed(chosen)));
            }
        }
    }

    private static String listed(List<NodeId> nodes) {
        return String.join(", ", nodes.stream().map(NodeId::value).toList());
    }

    private void find(String name, boolean isOk, String detail) {
        findings.add(new Finding(name, isOk, detail));
    }
}
