package io.faultline.runtime.judgement;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The table of rules behind the verdict, in the order in which findings of one level are named. Each reads the
/// evidence and says what is wrong, or nothing.
public enum Rule {
    /// Responses that are not the reference response.
    OUTPUT_MISMATCH(FlowRules::mismatches),
    /// Nodes of any role that are down, unresponsive, degraded or ejected.
    COMPONENT(ComponentRules::judge),
    /// Workers whose engine has work and finishes no iteration, whatever their probes say.
    ENGINE_STALLED(EngineRules::stalled),
    /// Workers whose iterations take many times as long as their peers'.
    WORKER_SLOW(EngineRules::slow),
    /// Prefilled prompts that do not reach the decode workers.
    KV_TRANSFER(EngineRules::transfers),
    /// Processes that keep failing soon after their start, and those with no machine to run on.
    RESTARTS(ScalingRules::restarts),
    /// Pools that were made smaller than their load needs.
    OVER_SCALED(ScalingRules::overScaled),
    /// Frontends that route without a router.
    ROUTER_FALLBACK(ScalingRules::fallbacks),
    /// Requests that ended without a response.
    FAILED_REQUESTS(FlowRules::failures),
    /// Requests that no frontend takes, and streams that yield nothing.
    NO_PROGRESS(FlowRules::heldUp),
    /// Times to first token over the objective.
    TTFT(FlowRules::ttft),
    /// Times between tokens over the objective.
    ITL(FlowRules::itl),
    /// Requests rejected to protect the others.
    SHED(FlowRules::shed);

    @SuppressWarnings("ImmutableEnumChecker") // method references to pure functions
    private final Function<Evidence, List<Finding>> judge;

    Rule(Function<Evidence, List<Finding>> judge) {
        this.judge = judge;
    }

    List<Finding> judge(Evidence evidence) {
        return judge.apply(evidence);
    }

    /// As in REST: `failed-requests`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
