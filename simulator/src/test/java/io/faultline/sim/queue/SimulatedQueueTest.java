package io.faultline.sim.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueConfig;
import io.faultline.runtime.queue.QueueDisk;
import io.faultline.runtime.queue.QueueDriver;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.queue.WorkQueue.Delivery;
import io.faultline.runtime.queue.WorkQueue.Published;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.queue.WorkQueueConformance;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.net.NetworkConfig;
import io.faultline.sim.net.NetworkPort;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
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
    private static final NodeId CLIENT = new NodeId("client");

    @Nested
    class Conformance extends WorkQueueConformance {
        @Override
        protected QueueDriver open() {
            return new NetworkedQueue();
        }
    }

    @Test
    void keepsItsMessagesWhenItsProcessIsKilled() {
        NetworkedQueue world = new NetworkedQueue();
        WorkQueue client = world.connect();
        List<Reply<Published>> published = new ArrayList<>();
        world.run(() -> client.publish("q", "a", new byte[] {1}, published::add));
        world.await("it is published", () -> !published.isEmpty());

        world.restart();
        List<Reply<Optional<Delivery>>> pulled = new ArrayList<>();
        world.run(() -> client.pull("q", SECOND, pulled::add));
        world.await("the pull is answered", () -> !pulled.isEmpty());

        // The first attempt finds the broken connection; a client that is told so asks again.
        if (pulled.getFirst() instanceof Reply.Unavailable<?>) {
            world.run(() -> client.pull("q", SECOND, pulled::add));
            world.await("the second pull is answered", () -> pulled.size() == 2);
        }
        assertThat(((Reply.Ok<Optional<Delivery>>) pulled.getLast()).value().map(Delivery::messageId))
                .contains("a");
    }

    @Test
    void isUnavailableBehindAPartitionAndAnswersAfterIt() {
        NetworkedQueue world = new NetworkedQueue();
        WorkQueue client = world.connect();
        List<Reply<?>> replies = new ArrayList<>();
        world.run(() -> client.look("q", replies::add));
        world.await("the first look is answered", () -> replies.size() == 1);
        SimulatedNetwork.Partition partition = world.network.partition(List.of(QUEUE), List.of(CLIENT));
        world.run(() -> client.look("q", replies::add));
        world.await("the second look is answered", () -> replies.size() == 2);
        partition.heal();
        world.time.runUntil(world.time.nowNanos() + SECOND);
        world.run(() -> client.look("q", replies::add));
        world.await("the third look is answered", () -> replies.size() == 3);

        assertThat(replies.get(0)).isInstanceOf(Reply.Ok.class);
        assertThat(replies.get(1)).isInstanceOf(Reply.Unavailable.class);
        assertThat(replies.get(2)).isInstanceOf(Reply.Ok.class);
    }

    private static final class NetworkedQueue implements QueueDriver {
        private static final long AWAIT_MAX_NANOS = 60 * SECOND;

        private final VirtualTime time = new VirtualTime();
        private final SimulatedNetwork network =
                new SimulatedNetwork(time, NetworkConfig.defaults(), new RandomSource(21));
        private final QueueDisk disk = new QueueDisk(config());
        private final SimulatedLoop clientLoop = loop(CLIENT);
        private final NetworkPort clientPort = network.attach(CLIENT, clientLoop);
        private SimulatedLoop queueLoop = loop(QUEUE);
        private NetworkPort queuePort = network.attach(QUEUE, queueLoop);

        NetworkedQueue() {
            begin();
        }

        private void begin() {
            SimulatedQueue queue = new SimulatedQueue(disk, queueLoop, event -> {}, queuePort);
            queueLoop.post(() -> queue.start(_ -> {}));
            time.runUntil(time.nowNanos() + 1_000);
        }

        void restart() {
            queueLoop.kill();
            network.detach(queuePort);
            queueLoop = loop(QUEUE);
            queuePort = network.attach(QUEUE, queueLoop);
            begin();
        }

        private SimulatedLoop loop(NodeId node) {
            return new SimulatedLoop(node, time, NodeClock.TRUE, (_, cause) -> {
                throw cause;
            });
        }

        @Override
        public WorkQueue connect() {
            return SimulatedQueueLink.client(
                    clientLoop, clientPort, SimulatedQueue.addressOn(QUEUE), QueueClientConfig.defaults());
        }

        @Override
        public NodeLoop loop() {
            return clientLoop;
        }

        @Override
        public void run(Runnable task) {
            clientLoop.post(task);
            time.runUntil(time.nowNanos());
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            long limitNanos = time.nowNanos() + AWAIT_MAX_NANOS;
            while (!condition.getAsBoolean()) {
                if (!time.runNext(limitNanos)) {
                    throw new AssertionError("this never came true: " + what);
                }
            }
        }

        @Override
        public QueueConfig config() {
            return new QueueConfig(SECOND / 2, 3, 10, 100, 60 * SECOND, 120 * SECOND, 100, 10, 100);
        }

        @Override
        public void close() {
            queueLoop.kill();
            clientLoop.kill();
        }
    }
}
