package io.faultline.sim.cluster;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.Fold;
import io.faultline.sim.time.SimulatedLoop;
import java.util.ArrayList;
import java.util.List;

/// Folds the stream into the history as [io.faultline.runtime.world.World] promises: what an operator's task sees
/// does not change before the task ends. Events that come during such a task wait for a turn of their own; all
/// others are folded at once, which costs no turn. Confined to the simulation's thread.
final class HistoryFeed implements Fold {
    private final SimulatedLoop operator;
    private final ClusterHistory history;
    private final List<ClusterEvent> waiting = new ArrayList<>();

    HistoryFeed(SimulatedLoop operator, ClusterHistory history) {
        this.operator = operator;
        this.history = history;
    }

    @Override
    public void apply(ClusterEvent event) {
        if (waiting.isEmpty() && !operator.isInTurn()) {
            history.apply(event);
            return;
        }
        if (waiting.isEmpty()) {
            operator.post(this::fold);
        }
        waiting.add(event);
    }

    private void fold() {
        waiting.forEach(history::apply);
        waiting.clear();
    }
}
