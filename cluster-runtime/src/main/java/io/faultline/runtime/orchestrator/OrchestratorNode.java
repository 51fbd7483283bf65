package io.faultline.runtime.orchestrator;

import io.faultline.runtime.discovery.KeyMirror;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.orchestrator.Launcher.Inventory;
import io.faultline.runtime.planner.ReplicaKeys;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Keeps running what should run, where it can: starts, restarts with growing waits, leaves machines alone on which
/// nothing starts, and stops in order what is not wanted any more. How many of a role should run is in the store,
/// where the planner writes it; what runs is on the machines; it keeps nothing else but people's cordons, in the
/// store too. While the store is away it goes on with the targets that it knows.
///
/// One gives the orders: who starts writes its claim, and the revision of that write is the epoch that its orders
/// carry. Confined to the loop.
public final class OrchestratorNode implements Node, OrchestratorPort {
    private final OrchestrationConfig config;
    private final NodeLoop loop;
    private final KeyValueStore store;
    private final EventSink events;
    private final Launcher launcher;
    private final ReplicaKeys keys;
    private final String cordonPrefix;
    private final String claimKey;
    private final Map<NodeRole, Integer> initial;
    private final KeyMirror targets;
    private final KeyMirror cordonKeys;
    private final Fleet fleet;
    private Consumer<NodeExit> ended = _ -> {};
    private boolean stopped;
    private long epoch;
    private long tellingScaled;

    /// @param initial processes of each managed role before anybody wrote targets
    public OrchestratorNode(
            NodeServices services,
            OrchestrationConfig config,
            Launcher launcher,
            String namespace,
            Map<NodeRole, Integer> initial) {
        this.config = config;
        this.loop = services.loop();
        this.store = services.store();
        this.events = services.events();
        this.launcher = launcher;
        this.keys = ReplicaKeys.in(namespace);
        this.claimKey = "v1/" + namespace + "/orchestrator/claim";
        this.cordonPrefix = "v1/" + namespace + "/orchestrator/cordons/";
        this.initial = new EnumMap<>(NodeRole.class);
        this.initial.putAll(initial);
        this.targets = new KeyMirror(loop, store, keys.prefix(), config.reconcileNanos(), this::onTargets);
        this.cordonKeys = new KeyMirror(loop, store, cordonPrefix, config.reconcileNanos(), this::onCordons);
        this.fleet = new Fleet(loop, config, launcher, services.events(), this::superseded);
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        claim();
    }

    @Override
    public void stop() {
        end(NodeExit.stopped("stopped in order; everything else runs on"));
    }

    private void superseded() {
        end(NodeExit.failed("another orchestrator gives the orders"));
    }

    private void end(NodeExit exit) {
        if (!stopped) {
            stopped = true;
            targets.close();
            cordonKeys.close();
            ended.accept(exit);
        }
    }

    // ---- taking over

    private void claim() {
        List<Write> claim = List.of(new Write.Put(claimKey, "claimed", 0));
        store.transact(List.of(), claim, List.of(), reply -> {
            if (stopped) {
                return;
            }
            if (reply instanceof Reply.Ok<Committed>(Committed committed)) {
                epoch = committed.revision();
                launcher.listen(new OnlyWhileItLives());
                launcher.takeOver(epoch, this::tookOver);
            } else {
                loop.after(config.restart().minNanos(), this::claim);
            }
        });
    }

    private void tookOver(Inventory inventory) {
        if (stopped) {
            return;
        }
        long running =
                inventory.processes().stream().filter(Launcher.Placed::running).count();
        events.emit(new ScalingEvent.OrchestratorTookOver(
                epoch, inventory.machines().size(), (int) running));
        fleet.adopt(epoch, inventory);
        cordonKeys.start();
        targets.start();
        loop.after(config.reconcileNanos(), this::look);
    }

    /// Word of an end can get lost, and an order can.
    private void look() {
        if (!stopped) {
            launcher.takeOver(epoch, inventory -> {
                if (!stopped) {
                    fleet.adopt(epoch, inventory);
                    tellScaled();
                }
            });
            loop.after(config.reconcileNanos(), this::look);
        }
    }

    // ---- targets

    /// People's cordons count from the first start on, so they are known before anything is wanted.
    private void onTargets() {
        if (!targets.hasListed() || !cordonKeys.hasListed()) {
            return;
        }
        Map<NodeRole, Integer> wanted = new EnumMap<>(NodeRole.class);
        initial.forEach((role, count) -> wanted.put(role, (int) targets.number(keys.replicas(role), count)));
        fleet.want(wanted);
        tellScaled();
    }

    /// Lets the planner know that its last decision is carried out.
    private void tellScaled() {
        long decision = targets.number(keys.decision(), 0);
        boolean told = targets.number(keys.scaled(), 0) >= decision || tellingScaled >= decision;
        if (!told && fleet.isSettled()) {
            tellingScaled = decision;
            List<Write> scaled = List.of(new Write.Put(keys.scaled(), Long.toString(decision), 0));
            store.transact(List.of(), scaled, List.of(), reply -> {
                if (!(reply instanceof Reply.Ok<Committed>)) {
                    tellingScaled = 0;
                }
            });
        }
    }

    // ---- cordons

    private void onCordons() {
        Map<String, String> byMachine = new TreeMap<>();
        cordonKeys.values().forEach((key, value) -> byMachine.put(key.substring(cordonPrefix.length()), value.text()));
        fleet.cordons().manual(byMachine);
        onTargets();
    }

    @Override
    public void cordon(String machine, String by, Consumer<Boolean> then) {
        if (fleet.hasMachine(machine)) {
            write(new Write.Put(cordonPrefix + machine, by, 0), then);
        } else {
            then.accept(false);
        }
    }

    @Override
    public void uncordon(String machine, String by, Consumer<Boolean> then) {
        if (!cordonKeys.hasListed()) {
            // It could not say afterwards that there was one.
            then.accept(false);
            return;
        }
        fleet.cordons().lift(machine, by);
        write(new Write.Delete(cordonPrefix + machine), then);
    }

    private void write(Write write, Consumer<Boolean> then) {
        store.transact(
                List.of(), List.of(write), List.of(), reply -> then.accept(reply instanceof Reply.Ok<Committed>));
    }

    /// What the launcher tells; nothing after the end.
    private final class OnlyWhileItLives implements Launcher.Listener {
        @Override
        public void exited(io.faultline.runtime.seam.NodeId process, NodeEvent.StopKind how, String detail) {
            if (!stopped) {
                fleet.exited(process, how, detail);
                tellScaled();
            }
        }

        @Override
        public void started(Launcher.Placed placed) {
            if (!stopped) {
                fleet.started(placed);
                tellScaled();
            }
        }

        @Override
        public void machineChanged(String machine, boolean up) {
            if (!stopped) {
                fleet.machineChanged(machine, up);
            }
        }
    }
}
