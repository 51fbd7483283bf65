package io.faultline.playbook.run;

import io.faultline.playbook.expression.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What somebody wants to be run. Immutable.
///
/// @param id of the run, unique in the cluster's history
/// @param by who asks: a person or a command
/// @param seed decides every random choice of the run; the same seed chooses the same targets in every world in which
///     the nodes have the same names
/// @param parameters texts by name; what is left out has its default
/// @param configuration values by name that the caller knows about the cluster; they go before what the history tells
public record RunRequest(
        String id,
        String by,
        long seed,
        SequencedMap<String, String> parameters,
        SequencedMap<String, Value> configuration) {
    public RunRequest {
        parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
        configuration = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(configuration));
    }

    /// With every parameter at its default.
    public static RunRequest of(String id, String by, long seed) {
        return new RunRequest(id, by, seed, new LinkedHashMap<>(), new LinkedHashMap<>());
    }
}
