package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.function.LongFunction;

/// Keeps one instance registered: grants a lease, writes the instance and its card under it in one transaction,
/// renews it, and starts over with a new lease (hence a new instance id) when the store says that it ended. A store
/// that does not answer changes nothing but the pace: the wish to be registered is kept and tried again.
///
/// | from | event | to |
/// |---|---|---|
/// | absent | register | granting |
/// | granting | lease | writing |
/// | writing | committed | held |
/// | granting, writing | no answer | (wait) granting |
/// | held | renewed or no answer | held |
/// | held | lease ended | granting |
/// | any | withdraw | withdrawn |
/// | withdrawn | register | granting |
///
/// Confined to the loop.
public final class Registration {
    private final NodeLoop loop;
    private final KeyValueStore store;
    private final LeaseConfig config;
    private final LongFunction<Instance> instanceFor;
    private final Listener listener;
    private State state = new State.Absent();
    private NodeLoop.Timer timer = () -> {};
    private long retryNanos;
    /// Counts the attempts, so that the answer to an abandoned one changes nothing.
    private long epoch;

    /// @param instanceFor the instance to register under a lease's id
    public Registration(
            NodeLoop loop,
            KeyValueStore store,
            LeaseConfig config,
            LongFunction<Instance> instanceFor,
            Listener listener) {
        this.loop = loop;
        this.store = store;
        this.config = config;
        this.instanceFor = instanceFor;
        this.listener = listener;
        this.retryNanos = config.retryMinNanos();
    }

    /// Told about changes, on the loop.
    public interface Listener {
        void registered(Instance instance, long ttlNanos);

        /// The lease ended although nobody withdrew; a new registration is under way.
        void lost(Instance instance);
    }

    sealed interface State {
        record Absent() implements State {}

        record Granting() implements State {}

        record Writing(Lease lease) implements State {}

        record Held(Instance instance) implements State {}

        record Withdrawn() implements State {}
    }

    /// Enters discovery; again after [#withdraw], as a new instance.
    public void register() {
        if (state instanceof State.Absent || state instanceof State.Withdrawn) {
            grant();
        }
    }

    /// True while the store is known to hold this registration.
    public boolean isHeld() {
        return state instanceof State.Held;
    }

    /// Leaves discovery at once; `done` runs when the store has confirmed it or did not answer.
    public void withdraw(Runnable done) {
        State before = state;
        state = new State.Withdrawn();
        epoch++;
        timer.cancel();
        switch (before) {
            case State.Held(Instance instance) -> store.revoke(instance.id(), _ -> done.run());
            case State.Writing(Lease lease) -> store.revoke(lease.id(), _ -> done.run());
            case State.Absent _, State.Granting _, State.Withdrawn _ -> done.run();
        }
    }

    private void grant() {
        state = new State.Granting();
        long mine = ++epoch;
        store.grant(config.ttlNanos(), reply -> {
            if (mine == epoch) {
                onGranted(reply);
            } else if (reply instanceof Reply.Ok<Lease>(Lease late)) {
                store.revoke(late.id(), _ -> {});
            }
        });
    }

    private void onGranted(Reply<Lease> reply) {
        if (reply instanceof Reply.Ok<Lease>(Lease lease)) {
            write(lease);
        } else {
            retry();
        }
    }

    private void write(Lease lease) {
        state = new State.Writing(lease);
        Instance instance = instanceFor.apply(lease.id());
        long mine = ++epoch;
        List<Condition> absent = List.of(new Condition(instance.instanceKey(), 0));
        List<Write> keys = List.of(
                new Write.Put(instance.instanceKey(), InstanceCodec.encodeInstance(instance), lease.id()),
                new Write.Put(instance.cardKey(), InstanceCodec.encodeCard(instance), lease.id()));
        store.transact(absent, keys, List.of(), reply -> {
            if (mine == epoch) {
                onWritten(instance, lease, reply);
            }
        });
    }

    private void onWritten(Instance instance, Lease lease, Reply<Committed> reply) {
        // A write that the store refuses because the key is there was ours: its first answer got lost.
        if (reply instanceof Reply.Ok<Committed>) {
            state = new State.Held(instance);
            retryNanos = config.retryMinNanos();
            listener.registered(instance, lease.ttlNanos());
            timer = loop.after(config.renewNanos(), () -> renew(instance));
        } else {
            // Not known whether it was written; a new lease settles it, and the old one runs out or is revoked.
            store.revoke(lease.id(), _ -> {});
            retry();
        }
    }

    private void renew(Instance instance) {
        // Renewals go out at a steady pace whatever the answers are: a slow answer must not delay the next one.
        timer = loop.after(config.renewNanos(), () -> renew(instance));
        store.keepAlive(instance.id(), reply -> {
            boolean stillHeld = state instanceof State.Held(Instance held) && held.equals(instance);
            if (stillHeld && reply instanceof Reply.NotFound<Lease>) {
                timer.cancel();
                listener.lost(instance);
                grant();
            }
        });
    }

    private void retry() {
        state = new State.Granting();
        epoch++;
        timer = loop.after(retryNanos, this::grant);
        retryNanos = Math.min(2 * retryNanos, config.retryMaxNanos());
    }
}
