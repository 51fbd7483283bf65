package io.faultline.runtime.host.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps the values of one label to a number that Prometheus can bear. Thread-safe.
final class LabelLimit {
    static final String OTHER = "other";

    private final int valuesMax;
    private final Set<String> values = ConcurrentHashMap.newKeySet();

    LabelLimit(int valuesMax) {
        this.valuesMax = valuesMax;
    }

    /// The value to use for `value`: itself, or, when there are enough others, [#OTHER].
    String admit(String value) {
        return values.contains(value) ? value : admitNew(value);
    }

    private synchronized String admitNew(String value) {
        if (values.size() >= valuesMax && !values.contains(value)) {
            return OTHER;
        }
        values.add(value);
        return value;
    }

    boolean knows(String value) {
        return values.contains(value);
    }

    void forget(String value) {
        values.remove(value);
    }
}
