package io.faultline.sim.cluster;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.engine.modelled.ModelledEngineConfig;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.worker.WorkerConfig;
import io.faultline.runtime.workload.LoadClients.LoadClientsConfig;
import io.faultline.sim.net.NetworkConfig;

/// A cluster, and the world around it. Immutable.
///
/// @param cluster the cluster's size; the other components follow from it unless they are set
/// @param engine of every worker
/// @param clockDriftMax how much a node's clock may run too fast or too slow, in parts per million; each node's
///     drift is drawn from the seed and stays through all its lives
/// @param impatientShare share of the requests whose client leaves before the end, 0 to 1, until the cluster is
///     healed
public record SimulationConfig(
        ClusterConfig cluster,
        FrontendConfig frontend,
        WorkerConfig worker,
        ModelledEngineConfig engine,
        NetworkConfig network,
        StoreConfig store,
        StoreClientConfig storeClient,
        LoadClientsConfig load,
        int clockDriftMax,
        double impatientShare) {
    /// Tokens are bytes: nothing to look up, and all runs share one immutable model.
    private static final ByteTokenizer TOKENIZER = new ByteTokenizer();

    private static final TokenModel TOKENS = new TokenModel(TOKENIZER);
    private static final int PROMPT_VOCABULARY = 256;

    /// The cluster in one data centre, everything else at its default.
    public static SimulationConfig of(ClusterConfig cluster) {
        return new SimulationConfig(
                cluster,
                cluster.frontend(TOKENIZER),
                cluster.worker(),
                cluster.engine(TOKENS),
                NetworkConfig.defaults(),
                StoreConfig.defaults(),
                StoreClientConfig.defaults(),
                LoadClientsConfig.of(cluster.model(), PROMPT_VOCABULARY),
                0,
                0);
    }

    /// What every worker's model answers when nothing goes wrong.
    public TokenModel tokens() {
        return engine.tokenModel();
    }

    public SimulationConfig withFrontend(FrontendConfig other) {
        return new SimulationConfig(
                cluster, other, worker, engine, network, store, storeClient, load, clockDriftMax, impatientShare);
    }

    public SimulationConfig withWorker(WorkerConfig other) {
        return new SimulationConfig(
                cluster, frontend, other, engine, network, store, storeClient, load, clockDriftMax, impatientShare);
    }

    public SimulationConfig withEngine(ModelledEngineConfig other) {
        return new SimulationConfig(
                cluster, frontend, worker, other, network, store, storeClient, load, clockDriftMax, impatientShare);
    }

    public SimulationConfig withNetwork(NetworkConfig other) {
        return new SimulationConfig(
                cluster, frontend, worker, engine, other, store, storeClient, load, clockDriftMax, impatientShare);
    }

    /// With machines, and who looks after what runs on them.
    public SimulationConfig withOrchestration(OrchestrationConfig orchestration) {
        return new SimulationConfig(
                cluster.withOrchestration(orchestration),
                frontend,
                worker,
                engine,
                network,
                store,
                storeClient,
                load,
                clockDriftMax,
                impatientShare);
    }

    /// With prefill workers and a queue for their jobs.
    public SimulationConfig withPrefill(int workers, PrefillConfig prefill) {
        return new SimulationConfig(
                cluster.withPrefill(workers, prefill),
                frontend,
                worker.withPrefill(prefill),
                engine,
                network,
                store,
                storeClient,
                load,
                clockDriftMax,
                impatientShare);
    }

    public SimulationConfig withLoad(LoadClientsConfig other) {
        return new SimulationConfig(
                cluster, frontend, worker, engine, network, store, storeClient, other, clockDriftMax, impatientShare);
    }

    public SimulationConfig withClockDrift(int partsPerMillionMax) {
        return new SimulationConfig(
                cluster,
                frontend,
                worker,
                engine,
                network,
                store,
                storeClient,
                load,
                partsPerMillionMax,
                impatientShare);
    }

    public SimulationConfig withImpatientShare(double share) {
        return new SimulationConfig(
                cluster, frontend, worker, engine, network, store, storeClient, load, clockDriftMax, share);
    }
}
