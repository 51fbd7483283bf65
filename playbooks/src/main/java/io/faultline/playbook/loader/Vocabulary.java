package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.expression.ValueType;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// The names that the part of the file that is being read may use: values for `${...}`, and the steps that come
/// before it.
final class Vocabulary {
    private final SequencedMap<String, ValueType> types = new LinkedHashMap<>();
    private final SequencedMap<String, Value> defaults = new LinkedHashMap<>();
    private final SequencedMap<String, String> stepTypes = new LinkedHashMap<>();

    /// False when the name is taken.
    boolean declare(String name, ValueType type) {
        return types.putIfAbsent(name, type) == null;
    }

    void setDefault(String name, Value value) {
        defaults.put(name, value);
    }

    SequencedMap<String, ValueType> types() {
        return types;
    }

    /// What is known without a run.
    Scope defaults() {
        return new Scope(defaults);
    }

    /// False when a step of that name came before.
    boolean addStep(String name, String type) {
        return stepTypes.putIfAbsent(name, type) == null;
    }

    Optional<String> stepType(String name) {
        return Optional.ofNullable(stepTypes.get(name));
    }

    SequencedMap<String, String> steps() {
        return stepTypes;
    }
}
