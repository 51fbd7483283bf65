package io.faultline.sim.cluster;

import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.engine.modelled.ModelledEngineConfig;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.worker.WorkerConfig;
import io.faultline.sim.net.NetworkConfig;

/// A cluster's size and settings. Immutable.
///
/// @param frontends nodes `frontend-0` and up
/// @param decodeWorkers nodes `decode-0` and up
/// @param engine of every worker
public record ClusterConfig(
        int frontends,
        int decodeWorkers,
        FrontendConfig frontend,
        WorkerConfig worker,
        ModelledEngineConfig engine,
        NetworkConfig network,
        StoreConfig store,
        StoreClientConfig storeClient) {
    /// Tokens are bytes: nothing to look up, and every seed of every campaign shares the one model.
    private static final ByteTokenizer TOKENIZER = new ByteTokenizer();

    private static final TokenModel TOKENS = new TokenModel(TOKENIZER);

    public ClusterConfig {
        Invariants.check(frontends >= 1, "a cluster has at least 1 frontend, not %s", frontends);
        Invariants.check(decodeWorkers >= 1, "a cluster has at least 1 decode worker, not %s", decodeWorkers);
    }

    /// Two frontends and three workers in one data centre, every setting at its default.
    public static ClusterConfig defaults() {
        return new ClusterConfig(
                2,
                3,
                FrontendConfig.defaults(TOKENIZER),
                WorkerConfig.serving("faultline-modelled"),
                ModelledEngineConfig.defaults(TOKENS),
                NetworkConfig.defaults(),
                StoreConfig.defaults(),
                StoreClientConfig.defaults());
    }

    public ClusterConfig withSize(int frontends, int decodeWorkers) {
        return new ClusterConfig(
                frontends, decodeWorkers, frontend, worker, engine, network, store, storeClient);
    }

    public ClusterConfig withFrontend(FrontendConfig other) {
        return new ClusterConfig(
                frontends, decodeWorkers, other, worker, engine, network, store, storeClient);
    }

    public ClusterConfig withWorker(WorkerConfig other) {
        return new ClusterConfig(
                frontends, decodeWorkers, frontend, other, engine, network, store, storeClient);
    }

    public ClusterConfig withEngine(ModelledEngineConfig other) {
        return new ClusterConfig(
                frontends, decodeWorkers, frontend, worker, other, network, store, storeClient);
    }

    public ClusterConfig withNetwork(NetworkConfig other) {
        return new ClusterConfig(
                frontends, decodeWorkers, frontend, worker, engine, other, store, storeClient);
    }
}
