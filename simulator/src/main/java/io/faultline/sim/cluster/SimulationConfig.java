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
import io.soabase.recordbuilder.core.RecordBuilder;

/// A cluster, and the world around it. Immutable.
///
/// @param cluster the cluster's size; the other components follow from it unless they are set
/// @param engine of every worker
/// @param clockDriftMax how much a node's clock may run too fast or too slow, in parts per million; each node's
///     drift is drawn from the seed and stays through all its lives
/// @param impatientShare share of the requests whose client leaves before the end, 0 to 1, until the cluster is
///     healed
@RecordBuilder
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
        double impatientShare)
        implements SimulationConfigBuilder.With {
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

    /// With machines, and who looks after what runs on them.
    public SimulationConfig withOrchestration(OrchestrationConfig orchestration) {
        return withCluster(cluster.withOrchestration(orchestration));
    }

    /// With prefill workers and a queue for their jobs.
    public SimulationConfig withPrefill(int workers, PrefillConfig prefill) {
        return with(b -> b.cluster(cluster.withPrefill(workers, prefill)).worker(worker.withPrefill(prefill)));
    }
}
