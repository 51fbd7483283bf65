package io.faultline.backend.operation;

import io.faultline.backend.account.Operator;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.world.World;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything a person can do to the cluster by hand. Each method checks the role of the person behind the current
/// call, does it on the operator's loop, waits for the answer for at most the feed's time, and leaves a line in
/// the audit log. Thread-safe; not to be called on the operator's loop.
public final class ClusterOperations {
    /// How long a frontend may take to say whether it had the request.
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(2);

    private final ClusterFeed feed;
    private final Permissions permissions;
    private final PlaybookService playbooks;
    private final @Nullable RequestCancellation cancellation;
    private final @Nullable BusyThresholdControl thresholds;
    private final @Nullable MachineControl machines;

    /// @param cancellation null when this kind of cluster offers none
    /// @param thresholds the same
    /// @param machines the same
    public ClusterOperations(
            ClusterFeed feed,
            Permissions permissions,
            PlaybookService playbooks,
            @Nullable RequestCancellation cancellation,
            @Nullable BusyThresholdControl thresholds,
            @Nullable MachineControl machines) {
        this.feed = feed;
        this.permissions = permissions;
        this.playbooks = playbooks;
        this.cancellation = cancellation;
        this.thresholds = thresholds;
        this.machines = machines;
    }

    public boolean may(Action action) {
        return permissions.may(action);
    }

    /// Whether [#cancel] can work on this kind of cluster at all.
    public boolean canCancel() {
        return cancellation != null;
    }

    /// Ends the worker's process at once. It stays down until it is started.
    public OperationOutcome kill(String node) {
        return onNode(Action.KILL_WORKER, node, Fault.WorkerKill::new, "killed");
    }

    /// Holds the worker until the fault is recovered.
    public OperationOutcome freeze(String node) {
        return onNode(Action.FREEZE_WORKER, node, Fault.WorkerFreeze::new, "frozen");
    }

    /// Starts a worker that is down.
    public OperationOutcome start(String node) {
        return onNode(Action.START_WORKER, node, Fault.WorkerStart::new, "started");
    }

    /// Reverts one active fault.
    public OperationOutcome recover(String faultId) {
        return permissions.perform(
                Action.RECOVER_FAULT,
                faultId,
                who -> ask(world -> {
                    boolean isKnown = world.history().faults().stream().anyMatch(f -> f.id().equals(faultId));
                    return isKnown
                            ? outcome(world.faults().recover(faultId, who.name()), faultId + " is recovered")
                            : new OperationOutcome.Unknown("there is no fault '" + faultId + "'");
                }));
    }

    /// Stops every playbook run and reverts every fault. Open to everybody who is signed in.
    public OperationOutcome halt() {
        return permissions.perform(Action.HALT, "", who -> ask(world -> halt(world, who)));
    }

    public OperationOutcome cancel(String requestId) {
        return permissions.perform(Action.CANCEL_REQUEST, requestId, _ -> {
            if (cancellation == null) {
                return new OperationOutcome.Refused("this kind of cluster cannot cancel a request from outside");
            }
            return await(cancellation
                    .cancel(requestId)
                    .orTimeout(CANCEL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(found -> found
                            ? new OperationOutcome.Done("request " + requestId + " is cancelled", "")
                            : new OperationOutcome.Unknown("no request '" + requestId + "' is open")));
        });
    }

    /// Uses other busy thresholds for a model, on every frontend, at once.
    public OperationOutcome useBusyThresholds(String model, BusyThresholds changed) {
        return permissions.perform(Action.CHANGE_THRESHOLDS, model, who -> {
            if (thresholds == null) {
                return new OperationOutcome.Refused("this kind of cluster cannot be given thresholds from outside");
            }
            return await(thresholds
                    .use(model, changed, who.name())
                    .orTimeout(CANCEL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(known -> known
                            ? new OperationOutcome.Done("busy thresholds of " + model + " are changed", "")
                            : new OperationOutcome.Unknown("no frontend knows a model '" + model + "'")));
        });
    }

    /// Cordons a machine, or lifts its cordon.
    public OperationOutcome turnCordon(String machine) {
        return permissions.perform(Action.CORDON_MACHINE, machine, who -> {
            if (machines == null) {
                return new OperationOutcome.Refused("this kind of cluster has no machines");
            }
            boolean isCordoned = feed.latest().scaling().machines().stream()
                    .anyMatch(m -> m.name().equals(machine) && m.isCordoned());
            String done = machine + (isCordoned ? " may be used again" : " is cordoned: nothing new is started there");
            return await(machines.cordon(machine, !isCordoned, who.name())
                    .orTimeout(CANCEL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(taken -> taken
                            ? new OperationOutcome.Done(done, "")
                            : new OperationOutcome.Refused("no orchestrator took it, or there is no such machine")));
        });
    }

    private OperationOutcome halt(World world, Operator who) {
        int runs = playbooks.haltRuns(world, who.name());
        int before = world.faults().active().size();
        world.faults().recoverAll(who.name());
        int left = world.faults().active().size();
        if (left > 0) {
            return new OperationOutcome.Refused(left + " of " + before + " faults could not be reverted");
        }
        String reverted = before == 0 ? "no fault was active" : counted(before, "fault") + " reverted";
        String stopped = runs == 0 ? "" : ", " + counted(runs, "playbook run") + " stopped";
        return new OperationOutcome.Done("halted: " + reverted + stopped, "");
    }

    private OperationOutcome onNode(Action action, String node, Function<NodeId, Fault> fault, String word) {
        return permissions.perform(action, node, who -> {
            if (node.isBlank() || feed.latest().node(node).isEmpty()) {
                return new OperationOutcome.Unknown("there is no node named '" + node + "'");
            }
            return ask(world -> outcome(
                    world.faults().inject(fault.apply(new NodeId(node)), null, who.name()), node + " is " + word));
        });
    }

    private static OperationOutcome outcome(FaultInjector.Result result, String done) {
        return switch (result) {
            case FaultInjector.Result.Done(String id) -> new OperationOutcome.Done(done, id);
            case FaultInjector.Result.Refused(String why) -> new OperationOutcome.Refused(why);
        };
    }

    private OperationOutcome ask(Function<World, OperationOutcome> question) {
        return await(feed.ask(question));
    }

    private static OperationOutcome await(CompletableFuture<OperationOutcome> answer) {
        try {
            return answer.join();
        } catch (CompletionException | CancellationException e) {
            if (e instanceof CompletionException && !(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            return new OperationOutcome.Unanswered("the cluster does not answer; look whether it was done");
        }
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /// The node as it was last seen, for a confirmation.
    public Optional<NodeView> node(String name) {
        return feed.latest().node(name);
    }
}
