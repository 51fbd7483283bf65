package io.faultline.backend.feed;

import io.faultline.runtime.world.World;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// What the console knows about its cluster. Thread-safe.
public interface ClusterFeed {

    /// The newest frame; before the cluster's first word, an empty one.
    ConsoleFrame latest();

    /// Hears the newest frame now and each newer one, on a thread of the feed. A listener that has not taken a frame
    /// yet misses others, never the last one; one that never takes it hears no more.
    Subscription subscribe(Listener<ConsoleFrame> listener);

    /// Asks something on the operator's loop. The question must not block. The answer fails with a
    /// [java.util.concurrent.TimeoutException] when the loop does not take it up in time.
    <T> CompletableFuture<T> ask(Function<World, T> question);

    /// Has a frame taken at the next look though no event came: something that is shown beside the cluster changed.
    void refresh();

    /// One node's load over the last minutes, oldest first, one sample a second.
    List<NodeSample> trend(String node);

    @FunctionalInterface
    interface Listener<T> {
        /// @param taken to be called once `value` was taken, on any thread; nothing newer is delivered before
        void hear(T value, Runnable taken);
    }

    interface Subscription {
        /// No frame begins to be delivered after this returns.
        void cancel();
    }
}
