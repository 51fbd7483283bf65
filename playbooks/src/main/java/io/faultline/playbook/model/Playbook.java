package io.faultline.playbook.model;

import io.faultline.playbook.expression.Value;
import io.faultline.playbook.expression.ValueType;
import io.faultline.runtime.event.NodeRole;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A procedure that breaks something on purpose and says what must come of it. Immutable. The loader has checked it:
/// step names are unique, every name refers to something, every expression has the type of its field.
///
/// @param abortConditions what must hold while the method and the rollbacks run; broken = stop and roll back
/// @param verify what must hold when everything has been undone
/// @param expect what the run is about: what must have come of it
public record Playbook(
        Metadata metadata,
        List<Parameter> parameters,
        List<ConfigurationValue> configuration,
        Requirements requires,
        BlastRadius blastRadius,
        SteadyState steadyState,
        List<Step> method,
        List<ProbeCheck> abortConditions,
        List<Step> rollbacks,
        List<ProbeCheck> verify,
        List<ProbeCheck> expect,
        ReportContents report,
        @Nullable Drill drill) {

    /// Value that every run has in its scope: how many nodes of the required role were ready when it began.
    public static final String POOL_AT_START = "poolAtStart";

    /// @param name stable, used in commands and URLs
    /// @param requirements ids from the requirement register
    /// @param difficulty 1 (everybody) to 5
    public record Metadata(
            String name,
            String title,
            String description,
            List<String> tags,
            List<String> requirements,
            long expectedDurationNanos,
            int difficulty) {}

    /// A value of the cluster's configuration that the playbook's bounds are derived from.
    ///
    /// @param fallback used when the world does not tell
    public record ConfigurationValue(String name, ValueType type, String description, Value fallback) {}

    /// @param role the pool that the playbook is about
    /// @param minWorkers so many of them must be ready
    public record Requirements(List<WorldKind> worlds, NodeRole role, Quantity minWorkers) {}

    public enum WorldKind {
        SIMULATED,
        EMBEDDED,
        DISTRIBUTED
    }

    /// @param maxTargets different nodes that one run may harm
    /// @param maxPercentOfPool of the nodes of one role that were ready at the start
    public record BlastRadius(Quantity maxTargets, Quantity maxPercentOfPool) {}

    public record SteadyState(String title, List<ProbeCheck> probes) {}

    /// Which pictures and tables a report shows.
    public record ReportContents(List<Chart> charts, List<Table> tables) {}

    public enum Chart {
        TOKENS,
        IN_FLIGHT,
        REQUESTS,
        FAILURES,
        MIGRATIONS,
        TTFT
    }

    public enum Table {
        OUTCOME,
        EXPECTATIONS,
        HYPOTHESIS,
        TIMELINE,
        FAULTS
    }

    public Optional<Parameter> parameter(String name) {
        return parameters.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /// Every figure that is compared with a tolerance, in the order of the file.
    public List<ProbeCheck> checks() {
        return Quantities.checksOf(this);
    }

    /// Every field that is computed, in the order of the file.
    public List<Quantity> quantities() {
        return Quantities.of(this);
    }
}
