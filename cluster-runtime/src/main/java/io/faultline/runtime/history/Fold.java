package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;

/// Something that is computed from the event stream alone, one event after the other.
public interface Fold {
    void apply(ClusterEvent event);
}
