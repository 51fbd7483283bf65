package io.faultline.runtime.queue;

import io.faultline.runtime.seam.NodeLoop;
import java.util.Optional;
import java.util.function.Consumer;

/// For a node in a cluster without queues: nothing can be reached. Confined to the node's loop.
public final class AbsentQueue implements WorkQueue {
    private final NodeLoop loop;

    public AbsentQueue(NodeLoop loop) {
        this.loop = loop;
    }

    @Override
    public void publish(String queue, String messageId, byte[] body, Consumer<Reply<Published>> then) {
        answer(then);
    }

    @Override
    public void pull(String queue, long waitNanos, Consumer<Reply<Optional<Delivery>>> then) {
        answer(then);
    }

    @Override
    public void settle(String queue, long sequence, int delivery, Settlement how, Consumer<Reply<Settled>> then) {
        answer(then);
    }

    @Override
    public void withdraw(String queue, long sequence, Consumer<Reply<Settled>> then) {
        answer(then);
    }

    @Override
    public void look(String queue, Consumer<Reply<Backlog>> then) {
        answer(then);
    }

    private <T> void answer(Consumer<Reply<T>> then) {
        loop.post(() -> then.accept(new Reply.Unavailable<>("there is no queue in this cluster")));
    }
}
