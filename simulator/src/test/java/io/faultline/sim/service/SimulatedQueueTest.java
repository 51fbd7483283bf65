package io.faultline.sim.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.queue.QueueAnswer;
import io.faultline.runtime.queue.QueueClient;
import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueConfig;
import io.faultline.runtime.queue.QueueDisk;
import io.faultline.runtime.queue.QueueDriver;
import io.faultline.runtime.queue.QueueRequest;
import io.faultline.runtime.queue.QueueServer;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.queue.WorkQueue.Delivery;
import io.faultline.runtime.queue.WorkQueue.Published;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.queue.WorkQueueConformance;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.net.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// PRE-1: the queue behind the modelled network keeps every promise of [WorkQueue], and what it holds survives its
/// process.
@Shows("PRE-1")
class SimulatedQueueTest {
    private static final long SECOND = 1_000_000_000L;
    private static final NodeId QUEUE = new NodeId("queue");

    @Nested
    class Conformance extends WorkQueueConformance {
        @Override
        protected QueueDriver open() {
            return new NetworkedQueue();
        }
    }

    @Test
    void keepsItsMessagesWhenItsProcessIsKilled() {
        NetworkedQueue queue = new NetworkedQueue();
        WorkQueue client = queue.connect();
        List<Reply<Published>> published = new ArrayList<>();
        queue.run(() -> client.publish("q", "a", new byte[] {1}, published::add));
        queue.await("it is published", () -> !published.isEmpty());

        queue.world.restart();
        List<Reply<Optional<Delivery>>> pulled = new ArrayList<>();
        queue.run(() -> client.pull("q", SECOND, pulled::add));
        queue.await("the pull is answered", () -> !pulled.isEmpty());

        // The first attempt finds the broken connection; a client that is told so asks again.
        if (pulled.getFirst() instanceof Reply.Unavailable<?>) {
            queue.run(() -> client.pull("q", SECOND, pulled::add));
            queue.await("the second pull is answered", () -> pulled.size() == 2);
        }
        assertThat(((Reply.Ok<Optional<Delivery>>) pulled.getLast()).value().map(Delivery::messageId))
                .contains("a");
    }

    @Test
    void isUnavailableBehindAPartitionAndAnswersAfterIt() {
        NetworkedQueue queue = new NetworkedQueue();
        WorkQueue client = queue.connect();
        List<Reply<?>> replies = new ArrayList<>();
        queue.run(() -> client.look("q", replies::add));
        queue.await("the first look is answered", () -> replies.size() == 1);
        SimulatedNetwork.Partition partition =
                queue.world.network().partition(List.of(QUEUE), List.of(ServiceWorld.CLIENT));
        queue.run(() -> client.look("q", replies::add));
        queue.await("the second look is answered", () -> replies.size() == 2);
        partition.heal();
        queue.world.time().runUntil(queue.world.time().nowNanos() + SECOND);
        queue.run(() -> client.look("q", replies::add));
        queue.await("the third look is answered", () -> replies.size() == 3);

        assertThat(replies.get(0)).isInstanceOf(Reply.Ok.class);
        assertThat(replies.get(1)).isInstanceOf(Reply.Unavailable.class);
        assertThat(replies.get(2)).isInstanceOf(Reply.Ok.class);
    }

    private static final class NetworkedQueue implements QueueDriver {
        private final QueueDisk disk = new QueueDisk(config());
        private final ServiceWorld<QueueRequest, QueueAnswer> world =
                new ServiceWorld<>(QUEUE, QueueRequest.class, loop -> new QueueServer(disk, loop, _ -> {}));

        @Override
        public WorkQueue connect() {
            return SimulatedLink.<QueueRequest, QueueAnswer, QueueClient>client(
                    world.clientPort(),
                    QUEUE,
                    QueueAnswer.class,
                    link -> new QueueClient(world.clientLoop(), link, QueueClientConfig.defaults()));
        }

        @Override
        public NodeLoop loop() {
            return world.clientLoop();
        }

        @Override
        public void run(Runnable task) {
            world.run(task);
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            world.await(what, condition);
        }

        @Override
        public QueueConfig config() {
            return new QueueConfig(SECOND / 2, 3, 10, 100, 60 * SECOND, 120 * SECOND, 100, 10, 100);
        }

        @Override
        public void close() {
            world.close();
        }
    }
}
