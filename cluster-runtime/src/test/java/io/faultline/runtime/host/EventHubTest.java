package io.faultline.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class EventHubTest {
    private final HandLoop loop = new HandLoop();
    private final List<Long> heard = new ArrayList<>();

    @Test
    void everyRecordWakesAnEagerHub() {
        EventSink sink = sinkOf(new EventHub(loop));

        sink.emit(seen(1));
        loop.runPosted();
        sink.emit(seen(2));
        loop.runPosted();

        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void aGatheringHubPassesTheFirstRecordOnAtOnceAndTheNextOnesTogether() {
        EventSink sink = sinkOf(EventHub.gathering(loop));

        sink.emit(seen(1));
        loop.runPosted();
        assertThat(heard).containsExactly(1L);
        sink.emit(seen(2));
        sink.emit(seen(3));
        loop.runPosted();
        assertThat(heard).containsExactly(1L);
        loop.runTimers();

        assertThat(heard).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aGatheringHubSleepsWhenNothingIsSaidAndWakesAgain() {
        EventSink sink = sinkOf(EventHub.gathering(loop));
        sink.emit(seen(1));
        loop.runPosted();
        loop.runTimers();
        assertThat(loop.timers).isEmpty();

        sink.emit(seen(2));
        loop.runPosted();

        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void whatAGatheringHubHoldsCanBeAskedFor() {
        EventHub hub = EventHub.gathering(loop);
        EventSink sink = sinkOf(hub);
        sink.emit(seen(1));
        loop.runPosted();
        sink.emit(seen(2));

        assertThat(hub.flush()).isEqualTo(1);
        assertThat(heard).containsExactly(1L, 2L);
    }

    private EventSink sinkOf(EventHub hub) {
        hub.subscribe(event -> heard.add(((DiscoveryEvent.InstanceSeen) event.record()).instance()));
        return hub.sinkFor(new NodeId("node"), loop);
    }

    private static EventRecord seen(long instance) {
        return new DiscoveryEvent.InstanceSeen(instance, "worker", true);
    }

    /// Runs what it was given when told to.
    private static final class HandLoop implements NodeLoop {
        private final Queue<Runnable> posted = new ArrayDeque<>();
        private final Queue<Runnable> timers = new ArrayDeque<>();

        @Override
        public long now() {
            return 0;
        }

        @Override
        public void post(Runnable task) {
            posted.add(task);
        }

        @Override
        public Timer after(long delayNanos, Runnable task) {
            timers.add(task);
            return () -> timers.remove(task);
        }

        void runPosted() {
            run(posted);
        }

        void runTimers() {
            run(timers);
        }

        private static void run(Queue<Runnable> due) {
            for (int count = due.size(); count > 0; count--) {
                due.remove().run();
            }
        }
    }
}
