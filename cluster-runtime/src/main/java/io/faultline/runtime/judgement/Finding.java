package io.faultline.runtime.judgement;

import io.faultline.runtime.judgement.Verdict.Level;

/// One thing that is wrong, in words for an operator. Immutable.
///
/// @param rule that found it
/// @param level at least [Level#DEGRADED]
/// @param isFelt whether it was measured where clients feel it
/// @param what is broken, since when and by what evidence
/// @param impact what clients feel of it
/// @param actor who acts: the component that recovers it, or the operator
/// @param action what is done or to be done
/// @param subject the node that it is about; empty when it is about none alone
/// @param place the view that shows more
/// @param sinceNanos the cluster's time at which it began; -1 when that is not known
public record Finding(
        Rule rule,
        Level level,
        boolean isFelt,
        String what,
        String impact,
        String actor,
        String action,
        String subject,
        Place place,
        long sinceNanos) {

    /// Where an operator reads on.
    public enum Place {
        TOPOLOGY,
        HEALTH,
        REQUESTS,
        MIGRATIONS,
        ROUTING,
        LOAD,
        PLANNER,
        PREFILL
    }

    /// Who acts when no component does.
    static final String OPERATOR = "operator";
}
