package io.faultline.playbook.expression;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// Named values. Immutable.
public final class Scope {
    private final SequencedMap<String, Value> values;

    public Scope(SequencedMap<String, Value> values) {
        this.values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }

    public Optional<Value> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /// In the order in which they were given.
    public SequencedMap<String, Value> values() {
        return values;
    }
}
