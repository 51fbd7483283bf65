package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.RequestEvent.RequestCancelled;
import io.faultline.runtime.event.RequestEvent.RequestCompleted;
import io.faultline.runtime.event.RequestEvent.RequestFailed;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import io.faultline.runtime.event.RequestEvent.RequestRejected;
import io.faultline.runtime.seam.NodeId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The requests that were received and have not ended, with something kept for each. A frontend that ends takes
/// its requests with it.
///
/// @param <T> what is kept
final class OpenRequests<T> {
    private final Function<ClusterEvent, T> onReceived;
    private final Map<String, Entry<T>> open = new LinkedHashMap<>();

    private record Entry<T>(NodeId frontend, T kept) {}

    OpenRequests(Function<ClusterEvent, T> onReceived) {
        this.onReceived = onReceived;
    }

    void apply(ClusterEvent event) {
        if (event.record() instanceof RequestReceived received) {
            open.put(received.request(), new Entry<>(event.node(), onReceived.apply(event)));
        } else if (event.record() instanceof NodeStopped) {
            open.values().removeIf(entry -> entry.frontend.equals(event.node()));
        } else {
            String ended = endedBy(event.record());
            if (ended != null) {
                open.remove(ended);
            }
        }
    }

    @Nullable T get(String request) {
        Entry<T> entry = open.get(request);
        return entry == null ? null : entry.kept;
    }

    Collection<String> ids() {
        return open.keySet();
    }

    /// The request whose end this record is, or null.
    static @Nullable String endedBy(EventRecord record) {
        return switch (record) {
            case RequestCompleted end -> end.request();
            case RequestFailed end -> end.request();
            case RequestCancelled end -> end.request();
            case RequestRejected end -> end.request();
            default -> null;
        };
    }
}
