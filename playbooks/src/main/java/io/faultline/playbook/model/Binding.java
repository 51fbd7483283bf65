package io.faultline.playbook.model;

import io.faultline.playbook.expression.Nearest;
import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Gives a playbook's names their values for one run, all or none.
public sealed interface Binding {
    /// Every quantity of the playbook can be computed in `scope` and lies in its range.
    record Bound(Scope scope) implements Binding {}

    /// @param problems what is wrong and what to give instead, one sentence each
    record Refused(List<String> problems) implements Binding {}

    /// @param given texts for parameters; what is not given has its default
    /// @param configuration what is known about the cluster; the rest has its fallback
    /// @param poolAtStart ready nodes of the required role
    static Binding bind(
            Playbook playbook,
            SequencedMap<String, String> given,
            SequencedMap<String, Value> configuration,
            int poolAtStart) {
        SequencedMap<String, Value> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        List<String> names = playbook.parameters().stream().map(Parameter::name).toList();
        for (String name : given.sequencedKeySet()) {
            if (!names.contains(name)) {
                problems.add("there is no parameter " + Quoted.name(name) + "; "
                        + Nearest.hint(name, names, "this playbook has " + listed(names)));
            }
        }
        for (Parameter parameter : playbook.parameters()) {
            values.put(parameter.name(), valueOf(parameter, given.get(parameter.name()), problems));
        }
        for (Playbook.ConfigurationValue wanted : playbook.configuration()) {
            Value known = configuration.get(wanted.name());
            values.put(wanted.name(), known != null && known.type() == wanted.type() ? known : wanted.fallback());
        }
        values.put(Playbook.POOL_AT_START, new Value.Amount(poolAtStart));
        Scope scope = new Scope(values);
        if (problems.isEmpty()) {
            playbook.quantities().forEach(q -> problemOf(q, scope).ifPresent(problems::add));
        }
        if (problems.isEmpty()) {
            relationsOf(playbook, scope, problems);
        }
        return problems.isEmpty() ? new Bound(scope) : new Refused(List.copyOf(problems));
    }

    private static Value valueOf(Parameter parameter, @Nullable String text, List<String> problems) {
        if (text == null) {
            return parameter.fallback();
        }
        Optional<Value> value = parameter.type().read(text);
        if (value.isEmpty()) {
            problems.add(parameter.name() + " is " + Quoted.name(text) + "; give "
                    + parameter.type().words());
            return parameter.fallback();
        }
        parameter.problemWith(value.get()).ifPresent(problems::add);
        return value.get();
    }

    private static Optional<String> problemOf(Quantity quantity, Scope scope) {
        return quantity.isKnownIn(scope)
                ? quantity.problemIn(scope)
                : Optional.of(quantity.what() + " cannot be computed: "
                        + quantity.expression().text() + " is not a finite number; change a parameter");
    }

    /// What must fit together; every quantity is in its own range.
    private static void relationsOf(Playbook playbook, Scope scope, List<String> problems) {
        for (ProbeCheck check : playbook.checks()) {
            check.tolerance()
                    .whyNever(check.probe().kind().unit(), scope)
                    .ifPresent(why -> problems.add("check " + check.name() + ": " + why));
        }
        for (Step step : playbook.method()) {
            if (step instanceof Step.StartLoad(Step.Head head, Step.Load load)
                    && load.promptTokensMin().in(scope) > load.promptTokensMax().in(scope)) {
                problems.add("step " + head.name() + ": the shortest prompt is longer than the longest; "
                        + "give promptTokensMin at most promptTokensMax");
            }
        }
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
