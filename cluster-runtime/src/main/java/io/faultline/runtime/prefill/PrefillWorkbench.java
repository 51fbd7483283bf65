package io.faultline.runtime.prefill;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.engine.KvExchange;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.PrefillEvent.PrefillDrop;
import io.faultline.runtime.event.PrefillEvent.PrefillDropped;
import io.faultline.runtime.event.PrefillEvent.PrefillStarted;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.queue.WorkQueue.Delivery;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.queue.WorkQueue.Settled;
import io.faultline.runtime.queue.WorkQueue.Settlement;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.StreamTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A prefill worker's jobs: takes them from the queue while there is room and the worker is fit, has the engine
/// compute them, and ends each exactly once ([PrefillTask]). One job that waits for its decode worker holds up no
/// other. Confined to the loop.
public final class PrefillWorkbench {
    private final NodeLoop loop;
    private final EventSink events;
    private final WorkQueue queue;
    private final PrefillConfig config;
    private final Engine engine;
    private final KvExchange exchange;
    private final KvSpool spool;
    private final HandOverClient handOvers;
    private final Owner owner;
    /// By engine sequence, and by place in the queue.
    private final StreamTable<PrefillTask> bySequence = new StreamTable<>();

    private final Map<Long, PrefillTask> byMessage = new LinkedHashMap<>();
    private boolean pulling;
    private boolean closed;
    private NodeLoop.Timer pause = () -> {};

    /// The worker.
    public interface Owner {
        /// 0 while it is not registered.
        long instance();

        /// Whether it takes work now.
        boolean takesWork();

        /// A number for a sequence in its engine.
        long ownSequence();

        /// What is in its engine has changed.
        void loadChanged();
    }

    /// @param exchange of the engine
    public PrefillWorkbench(
            NodeServices services,
            PrefillConfig config,
            Engine engine,
            KvExchange exchange,
            KvSpool spool,
            Owner owner) {
        this.loop = services.loop();
        this.events = services.events();
        this.queue = services.queue();
        this.config = config;
        this.engine = engine;
        this.exchange = exchange;
        this.spool = spool;
        this.handOvers = new HandOverClient(
                loop, services.transport(), config.transfer(), engine.capacity().kvBlockTokens());
        this.owner = owner;
    }

    /// Jobs under way.
    public int jobs() {
        return byMessage.size();
    }

    /// Takes the next job, if the worker can.
    public void pullIfRoom() {
        if (pulling || closed || !owner.takesWork() || byMessage.size() >= config.jobsMax()) {
            return;
        }
        pulling = true;
        queue.pull(config.queue(), config.pullNanos(), reply -> {
            pulling = false;
            switch (reply) {
                case Reply.Ok<Optional<Delivery>>(Optional<Delivery> delivery) -> {
                    delivery.ifPresent(this::take);
                    pullIfRoom();
                }
                case Reply.Gone<?> _, Reply.Refused<?> _, Reply.Unavailable<?> _ -> {
                    pause.cancel();
                    pause = loop.after(config.observeNanos(), this::pullIfRoom);
                }
            }
        });
    }

    /// The engine has done an iteration.
    public void stepped(EngineStep step) {
        for (Prefilled prefilled : step.prefilled()) {
            PrefillTask task = bySequence.get(prefilled.sequence());
            if (task != null) {
                task.computed(prefilled.cachedTokens());
            }
        }
    }

    /// The engine cannot take a sequence.
    public void failed(long sequence) {
        PrefillTask task = bySequence.get(sequence);
        if (task != null) {
            task.drop(PrefillDrop.IMPOSSIBLE);
        }
    }

    /// Gives all jobs back to the queue.
    public void returnAll() {
        for (PrefillTask task : List.copyOf(byMessage.values())) {
            task.drop(PrefillDrop.RETURNED);
        }
    }

    /// The worker is over.
    public void close() {
        returnAll();
        closed = true;
        pause.cancel();
        handOvers.close();
    }

    private void take(Delivery delivery) {
        PrefillTask known = byMessage.get(delivery.sequence());
        if (known != null) {
            known.deliveredAgain(delivery.delivery());
            return;
        }
        if (!owner.takesWork()) {
            settle(delivery.sequence(), delivery.delivery(), new Settlement.Nak(0), _ -> {});
            return;
        }
        PrefillJob.decode(delivery.body())
                .ifPresentOrElse(
                        job -> begin(delivery, job),
                        () -> settle(delivery.sequence(), delivery.delivery(), new Settlement.Term(), _ -> {}));
    }

    private void begin(Delivery delivery, PrefillJob job) {
        events.emit(new PrefillStarted(
                owner.instance(), job.request(), job.attempt(), delivery.delivery(), delivery.ageNanos()));
        long leftNanos = job.patienceNanos() - delivery.ageNanos();
        if (leftNanos <= 0) {
            events.emit(new PrefillDropped(owner.instance(), job.request(), job.attempt(), PrefillDrop.TOO_LATE));
            settle(delivery.sequence(), delivery.delivery(), new Settlement.Term(), _ -> {});
            return;
        }
        PrefillTask task =
                new PrefillTask(this, job, delivery.sequence(), delivery.delivery(), owner.ownSequence(), leftNanos);
        byMessage.put(task.message(), task);
        bySequence.put(task.sequence(), task);
        exchange.prefill(task.sequence(), request(job));
        task.start();
        owner.loadChanged();
    }

    private static GenerateRequest request(PrefillJob job) {
        return new GenerateRequest(
                job.request(),
                job.attempt(),
                job.model(),
                job.tokens(),
                new StopConditions(0, 0, true, List.of()),
                new SamplingOptions(0, 1, 0),
                job.priority(),
                0);
    }

    // ---- for the tasks

    NodeLoop loop() {
        return loop;
    }

    EventSink events() {
        return events;
    }

    PrefillConfig config() {
        return config;
    }

    Engine engine() {
        return engine;
    }

    KvExchange exchange() {
        return exchange;
    }

    KvSpool spool() {
        return spool;
    }

    HandOverClient handOvers() {
        return handOvers;
    }

    long instance() {
        return owner.instance();
    }

    void settle(long message, int delivery, Settlement how, Consumer<Reply<Settled>> then) {
        queue.settle(config.queue(), message, delivery, how, then);
    }

    void ended(PrefillTask task) {
        byMessage.remove(task.message());
        bySequence.remove(task.sequence());
        owner.loadChanged();
        // In a turn of its own: many may end in this one.
        loop.post(this::pullIfRoom);
    }
}
