package io.faultline.runtime.host.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One watch on etcd. jetcd's callbacks do nothing but post; all else is confined to the node's loop. It ends once,
/// closed or lost, and then closes jetcd's watcher, before that resumes by itself (half a second after an error).
final class EtcdWatch implements KeyValueStore.Watch {
    private final NodeLoop loop;
    private final WatchListener listener;
    private final Runnable onEnd;
    private final NodeLoop.Timer confirmation;
    private Watch.@Nullable Watcher watcher;
    private boolean ended;

    /// @param onEnd told once when the watch is over, before its listener is
    EtcdWatch(NodeLoop loop, WatchListener listener, long confirmTimeoutNanos, Runnable onEnd) {
        this.loop = loop;
        this.listener = listener;
        this.onEnd = onEnd;
        this.confirmation = loop.after(
                confirmTimeoutNanos, () -> lose("not confirmed in " + confirmTimeoutNanos / 1_000_000 + " ms"));
    }

    void open(Watch client, ByteSequence start, ByteSequence end, long fromRevision) {
        WatchOption option = WatchOption.builder()
                .withRange(end)
                .withRevision(Math.max(1, fromRevision))
                .withCreateNotify(true)
                .withRequireLeader(true)
                .build();
        watcher = client.watch(
                start,
                option,
                Watch.listener(
                        response -> loop.post(() -> onResponse(response)),
                        error -> loop.post(() -> lose(String.valueOf(error.getMessage()))),
                        () -> loop.post(() -> lose("the stream ended"))));
    }

    @Override
    public void close() {
        if (!ended) {
            end();
        }
    }

    private void onResponse(WatchResponse response) {
        if (ended) {
            return;
        }
        confirmation.cancel();
        List<Change> changes =
                response.getEvents().stream().map(EtcdWatch::change).toList();
        if (!changes.isEmpty()) {
            listener.changed(changes);
        }
    }

    private void lose(String why) {
        if (!ended) {
            end();
            listener.lost(why);
        }
    }

    private void end() {
        ended = true;
        confirmation.cancel();
        onEnd.run();
        if (watcher != null) {
            watcher.close();
        }
    }

    private static Change change(WatchEvent event) {
        KeyValue now = event.getKeyValue();
        boolean deleted = event.getEventType() == WatchEvent.EventType.DELETE;
        return new Change(
                now.getKey().toString(UTF_8),
                deleted ? null : now.getValue().toString(UTF_8),
                now.getModRevision(),
                now.getLease());
    }
}
