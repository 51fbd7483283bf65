package io.faultline.sim.invariant;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.frontend.FrontendPort.FrontendState;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something that must always hold. One object watches one run; it sees everything in the order in which it
/// happened and never changes what it watches.
public interface Invariant {
    /// Its name in reports.
    default String name() {
        return getClass().getSimpleName();
    }

    /// What must hold, in words that end with a full stop.
    String sentence();

    /// Called after every event of the cluster.
    default void apply(ClusterEvent event, Report report) {
        // Not every invariant is about events.
    }

    /// A client sent a request to a frontend. An invariant that cares watches what the frontend tells it.
    default Optional<AnswerWatch> watch(NodeId frontend, InferenceRequest request, Report report) {
        return Optional.empty();
    }

    /// The cluster is whole again and nothing is under way.
    default void atRest(RestingCluster cluster, Report report) {
        // Not every invariant says something about rest.
    }

    /// Sees one answer as its client does.
    interface AnswerWatch {
        void delta(int token, String text);

        void ended(Outcome outcome, String tail);
    }

    /// Where broken invariants are told.
    interface Report {
        /// @param words which request, instance or number broke it, and how
        void broken(NodeId node, String words);
    }

    /// A cluster at rest. Only nodes that run are in it.
    ///
    /// @param engines by worker
    /// @param frontends by node
    /// @param pictures what each router says of each worker's cache
    record RestingCluster(
            Map<NodeId, EngineLoad> engines, Map<NodeId, FrontendState> frontends, List<KvPicture> pictures) {
        public RestingCluster(Map<NodeId, EngineLoad> engines, Map<NodeId, FrontendState> frontends) {
            this(engines, frontends, List.of());
        }
    }

    /// @param indexed blocks that the router takes the worker to hold, in ascending order
    /// @param cached blocks that it does hold, in ascending order
    record KvPicture(NodeId router, NodeId worker, long[] indexed, long[] cached) {}
}
