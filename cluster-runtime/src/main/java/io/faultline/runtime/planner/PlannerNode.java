package io.faultline.runtime.planner;

import io.faultline.runtime.discovery.KeyMirror;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.planner.ScalingPolicy.Verdict;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.RequestPlaneConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Says how many workers there should be. It looks at the workers' load every poll, decides at the end of every
/// interval, and writes what it wants to the store, where the orchestrator reads it. A decision is written only if
/// nobody wrote one since this planner last looked: one that stood still cannot undo what its successor decided.
///
/// It keeps nothing that is not in the store. A new planner takes the targets over, and goes on watching a decision
/// that the last one was watching; targets that the store lost are written again. Every interval's verdict is an
/// event with all that it was reached from.
///
/// Confined to the loop.
public final class PlannerNode implements Node, PlannerPort {
    private final PlannerConfig config;
    private final NodeLoop loop;
    private final KeyValueStore store;
    private final EventSink events;
    private final ReplicaKeys keys;
    private final KeyMirror targets;
    private final LoadWatch loads;
    private final ScalingPolicy policy;
    private final List<PoolPlan> pools = new ArrayList<>();
    private final Deque<Runnable> writes = new ArrayDeque<>();
    private Consumer<NodeExit> ended = _ -> {};
    private boolean stopped;
    private boolean writing;
    private long intervalBeganNanos;
    private long decidedAtNanos;
    /// Of the last decision known: what the store told, or what it confirmed and has not told yet.
    private long decision;
    private long decisionRevision;

    /// @param initial workers of each pool before anybody decided
    public PlannerNode(
            NodeServices services,
            PlannerConfig config,
            String namespace,
            LeaseConfig lease,
            Map<NodeRole, Integer> initial) {
        this.config = config;
        this.loop = services.loop();
        this.store = services.store();
        this.events = services.events();
        this.keys = ReplicaKeys.in(namespace);
        this.targets = new KeyMirror(loop, store, keys.prefix(), lease.reconcileNanos(), this::onTargets);
        this.loads = new LoadWatch(services, lease, RequestPlaneConfig.defaults());
        this.policy = new ScalingPolicy(config);
        for (Pool pool : config.pools()) {
            pools.add(new PoolPlan(pool, initial.getOrDefault(pool.role(), pool.min())));
        }
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        ended = onEnd;
        loads.start();
        targets.start();
        intervalBeganNanos = loop.now();
        loop.after(config.pollNanos(), this::poll);
    }

    @Override
    public void stop() {
        if (!stopped) {
            stopped = true;
            targets.close();
            loads.close();
            ended.accept(NodeExit.stopped("stopped in order; the targets stay"));
        }
    }

    // ---- targets

    private void onTargets() {
        long seen = targets.revisionOf(keys.decision());
        if (seen > decisionRevision) {
            decisionRevision = seen;
            decision = targets.number(keys.decision(), 0);
        }
        if (writing) {
            return;
        }
        for (PoolPlan plan : pools) {
            long stored = targets.number(keys.replicas(plan.role()), -1);
            if (stored < 0) {
                establish(plan);
            } else if (!plan.isEstablished() || stored != plan.desired()) {
                takeOver(plan, (int) stored);
            }
        }
    }

    /// The store knows no target: this planner's own holds, or the initial one.
    private void establish(PoolPlan plan) {
        int to = plan.isEstablished() ? plan.desired() : plan.initial();
        String why = plan.isEstablished() ? "the store lost the target; written again" : "the first target";
        write(plan, () -> new Verdict(DecisionKind.ESTABLISHED, to, why, PoolMemory.of(to)));
    }

    private void takeOver(PoolPlan plan, int stored) {
        boolean first = !plan.isEstablished();
        KeyMirror.Value observed = targets.values().get(keys.observed(plan.role()));
        plan.takeOver(stored, observed == null ? "" : observed.text());
        String why = first ? "took the target over from the store" : "somebody else set the target";
        tell(plan, plan.desired(), new Verdict(DecisionKind.ESTABLISHED, stored, why, plan.memory()));
    }

    // ---- intervals

    private void poll() {
        if (stopped) {
            return;
        }
        loop.after(config.pollNanos(), this::poll);
        if (targets.hasListed() && !pools.stream().allMatch(PoolPlan::isEstablished)) {
            onTargets();
        }
        pools.forEach(plan -> plan.sample(loads.read(plan.pool())));
        if (loop.now() - intervalBeganNanos >= config.intervalNanos()) {
            intervalBeganNanos = loop.now();
            pools.stream().filter(PoolPlan::isEstablished).forEach(this::assess);
        }
    }

    private void assess(PoolPlan plan) {
        Verdict verdict = policy.decide(plan.pool(), plan.memory(), plan.load(), isCarriedOut());
        if (verdict.kind() == DecisionKind.HOLD) {
            boolean acquitted = plan.memory().isObserving() && !verdict.next().isObserving();
            tell(plan, plan.desired(), verdict);
            plan.remember(verdict.next());
            if (acquitted) {
                store.transact(List.of(), List.of(new Write.Delete(keys.observed(plan.role()))), List.of(), _ -> {});
            }
        } else {
            PoolMemory seen = plan.memory();
            write(plan, () -> plan.memory().equals(seen) ? verdict : null);
        }
    }

    private boolean isCarriedOut() {
        return targets.number(keys.scaled(), 0) >= decision || loop.now() - decidedAtNanos >= config.scalingWaitNanos();
    }

    // ---- decisions

    /// @param verdict reached when its turn comes; null when what was decided meanwhile left nothing to do
    private void write(PoolPlan plan, Supplier<@Nullable Verdict> verdict) {
        writes.add(() -> {
            Verdict now = verdict.get();
            if (now == null) {
                writing = false;
                writeNext();
            } else {
                commit(plan, now);
            }
        });
        writeNext();
    }

    private void writeNext() {
        if (!writing && !writes.isEmpty() && !stopped) {
            writing = true;
            writes.remove().run();
        }
    }

    private void commit(PoolPlan plan, Verdict verdict) {
        long number = decision + 1;
        List<Condition> nobodyElse = List.of(new Condition(keys.decision(), decisionRevision));
        List<Write> puts = new ArrayList<>();
        puts.add(new Write.Put(keys.replicas(plan.role()), Integer.toString(verdict.to()), 0));
        puts.add(new Write.Put(keys.decision(), Long.toString(number), 0));
        puts.add(
                verdict.next().isObserving()
                        ? new Write.Put(keys.observed(plan.role()), PoolPlan.observedText(verdict.next()), 0)
                        : new Write.Delete(keys.observed(plan.role())));
        store.transact(nobodyElse, puts, List.of(), reply -> {
            writing = false;
            if (reply instanceof Reply.Ok<Committed>(Committed committed) && committed.succeeded()) {
                decided(plan, verdict, number, committed.revision());
            } else {
                String why = reply instanceof Reply.Ok<Committed>
                        ? "somebody else decided meanwhile"
                        : "the store did not take the decision";
                plan.forget();
                tell(plan, plan.desired(), new Verdict(DecisionKind.HOLD, plan.desired(), why, plan.memory()));
                targets.refresh();
            }
            writeNext();
        });
    }

    private void decided(PoolPlan plan, Verdict verdict, long number, long revision) {
        decision = number;
        decisionRevision = revision;
        decidedAtNanos = loop.now();
        tell(plan, plan.desired(), verdict);
        plan.remember(verdict.next());
        if (verdict.kind() == DecisionKind.FORCED) {
            // Its effect is measured in whole intervals.
            intervalBeganNanos = loop.now();
            plan.forget();
        }
    }

    private void tell(PoolPlan plan, int from, Verdict verdict) {
        PoolLoad load = plan.load();
        events.emit(new ScalingEvent.PlannerDecided(
                decision,
                plan.role(),
                verdict.kind(),
                from,
                verdict.to(),
                load.ready(),
                load.reporting(),
                load.kvUse(),
                load.queued(),
                load.queuedPerWorker() - plan.memory().queuedPerWorker(),
                verdict.next().badIntervals(),
                verdict.next().holdOffIntervals(),
                verdict.why()));
    }

    // ---- what others do to it

    @Override
    public void overScale(double share, String by) {
        for (PoolPlan plan : pools) {
            if (plan.isEstablished()) {
                write(plan, () -> forced(plan, share, by));
            }
        }
    }

    private static @Nullable Verdict forced(PoolPlan plan, double share, String by) {
        int from = plan.desired();
        if (from <= 1) {
            return null;
        }
        int fewer = Math.max(1, (int) Math.round(from * share));
        int to = Math.max(1, from - fewer);
        String why = "told to take " + Math.round(share * 100) + " % away by " + by;
        return new Verdict(DecisionKind.FORCED, to, why, plan.memory().reducedTo(to, from));
    }

    @Override
    public void endOverScale(String by) {
        for (PoolPlan plan : pools) {
            write(plan, () -> ended(plan, by));
        }
    }

    private static @Nullable Verdict ended(PoolPlan plan, String by) {
        PoolMemory memory = plan.memory();
        return plan.isEstablished() && memory.isObserving()
                ? new Verdict(
                        DecisionKind.ROLL_BACK,
                        memory.rollBackTo(),
                        "its cause was ended by " + by,
                        memory.rolledBack(0))
                : null;
    }
}
