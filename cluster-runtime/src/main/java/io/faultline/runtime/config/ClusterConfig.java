package io.faultline.runtime.config;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.modelled.ModelledEngineConfig;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.router.RouterConfig;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.text.Tokenizer;
import io.faultline.runtime.worker.ShutdownConfig;
import io.faultline.runtime.worker.WorkerConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A cluster: how many of what, and the few numbers that people change. Everything else has its default where
/// it is used.
///
/// @param model name of the served model
/// @param frontends 1 to 16
/// @param decodeWorkers 1 to 256
/// @param contextTokens longest prompt and answer together
/// @param kvBlocks KV blocks of a worker, 16 tokens each
/// @param sequencesMax most sequences in a batch
/// @param speedupRatio how much faster than the modelled GPU a worker runs, above 0
/// @param migrationLimit most migrations of one request; 0 = off
/// @param leaseTtlNanos time after which discovery drops a silent worker
/// @param admission whom the frontends refuse when not everybody can be served
/// @param routing how workers are chosen, and how many routers there are
/// @param orchestration the machines, and who looks after what runs on them
/// @param prefillWorkers workers that prefill long prompts for the decode workers, 0 to 256; 0 = these do it
///     themselves
/// @param prefill how that goes on
@RecordBuilder
public record ClusterConfig(
        String model,
        int frontends,
        int decodeWorkers,
        int contextTokens,
        int kvBlocks,
        int sequencesMax,
        double speedupRatio,
        int migrationLimit,
        long leaseTtlNanos,
        AdmissionConfig admission,
        RoutingConfig routing,
        OrchestrationConfig orchestration,
        int prefillWorkers,
        PrefillConfig prefill)
        implements ClusterConfigBuilder.With {
    public ClusterConfig {
        Invariants.check(!model.isBlank(), "the model has a name");
        Invariants.check(frontends >= 1 && frontends <= 16, "1 to 16 frontends, not %s", frontends);
        Invariants.check(decodeWorkers >= 1 && decodeWorkers <= 256, "1 to 256 decode workers, not %s", decodeWorkers);
        Invariants.check(
                prefillWorkers >= 0 && prefillWorkers <= 256, "0 to 256 prefill workers, not %s", prefillWorkers);
        Invariants.check(
                (long) kvBlocks * KV_BLOCK_TOKENS >= contextTokens,
                "%s KV blocks hold fewer tokens than one context of %s",
                kvBlocks,
                contextTokens);
    }

    public static final int KV_BLOCK_TOKENS = 16;

    /// Without shedding, routers, an orchestrator and prefill workers.
    public ClusterConfig(
            String model,
            int frontends,
            int decodeWorkers,
            int contextTokens,
            int kvBlocks,
            int sequencesMax,
            double speedupRatio,
            int migrationLimit,
            long leaseTtlNanos) {
        this(
                model,
                frontends,
                decodeWorkers,
                contextTokens,
                kvBlocks,
                sequencesMax,
                speedupRatio,
                migrationLimit,
                leaseTtlNanos,
                AdmissionConfig.off(),
                RoutingConfig.roundRobin(),
                OrchestrationConfig.off(),
                0,
                PrefillConfig.defaults());
    }

    public ClusterConfig withPrefill(int workers, PrefillConfig other) {
        return with(b -> b.prefillWorkers(workers).prefill(other));
    }

    /// Whether prompts may be prefilled elsewhere, for which the cluster has a queue.
    public boolean disaggregates() {
        return prefillWorkers > 0;
    }

    /// One frontend and three workers with the memory of an 80 GB GPU that serves a 13 B model: its KV cache takes
    /// 0.82 MB a token, so about 61 000 tokens fit beside the weights.
    public static ClusterConfig demo() {
        return new ClusterConfig("faultline-13b", 1, 3, 8192, 3840, 256, 1.0, 3, 10_000_000_000L);
    }

    /// A node that is there from the start.
    public record Member(NodeId id, NodeRole role) {}

    /// The nodes beside store and clients that are started with the cluster, in this order. Their names are the same
    /// in every world: the role and a number. Where there is an orchestrator, it starts the others.
    public List<Member> members() {
        if (!orchestration.isOn()) {
            return graph();
        }
        List<Member> members = new ArrayList<>();
        for (Member member : graph()) {
            if (!isManaged(member.role())) {
                members.add(member);
            }
        }
        add(members, NodeRole.ORCHESTRATOR, 1);
        return List.copyOf(members);
    }

    /// How many processes of each role the orchestrator looks after, until the planner says otherwise.
    public Map<NodeRole, Integer> managed() {
        Map<NodeRole, Integer> managed = new EnumMap<>(NodeRole.class);
        if (orchestration.isOn()) {
            for (Member member : graph()) {
                if (isManaged(member.role())) {
                    managed.merge(member.role(), 1, Integer::sum);
                }
            }
            if (orchestration.planner().isOn()) {
                managed.put(NodeRole.PLANNER, 1);
            }
        }
        return managed;
    }

    /// Whether processes of that role are the orchestrator's, which alone starts them.
    public boolean manages(NodeRole role) {
        return managed().containsKey(role);
    }

    private static boolean isManaged(NodeRole role) {
        return switch (role) {
            case ROUTER, PREFILL, DECODE, PLANNER -> true;
            default -> false;
        };
    }

    private List<Member> graph() {
        List<Member> members = new ArrayList<>();
        add(members, NodeRole.FRONTEND, frontends);
        add(members, NodeRole.ROUTER, routing.routers());
        add(members, NodeRole.DECODE, decodeWorkers);
        add(members, NodeRole.PREFILL, prefillWorkers);
        return List.copyOf(members);
    }

    private static void add(List<Member> members, NodeRole role, int count) {
        for (int i = 0; i < count; i++) {
            members.add(new Member(role.nodeId(i), role));
        }
    }

    public EngineCapacity capacity() {
        return new EngineCapacity(contextTokens, kvBlocks, KV_BLOCK_TOKENS, sequencesMax, 2048);
    }

    public ModelledEngineConfig engine(TokenModel tokens) {
        return ModelledEngineConfig.defaults(tokens).withCapacity(capacity()).withSpeedupRatio(speedupRatio);
    }

    public WorkerConfig worker() {
        WorkerConfig worker = WorkerConfig.serving(model)
                .withLease(LeaseConfig.withTtl(leaseTtlNanos))
                .withShutdown(migrationLimit > 0 ? ShutdownConfig.handingOver() : ShutdownConfig.draining());
        return disaggregates() ? worker.withPrefill(prefill) : worker;
    }

    public FrontendConfig frontend(Tokenizer tokenizer) {
        return FrontendConfig.defaults(tokenizer)
                .withMigration(MigrationConfig.upTo(migrationLimit))
                .withLease(LeaseConfig.withTtl(leaseTtlNanos))
                .withAdmission(admission)
                .withRouting(routing);
    }

    public RouterConfig router() {
        return RouterConfig.of(routing, LeaseConfig.withTtl(leaseTtlNanos));
    }
}
