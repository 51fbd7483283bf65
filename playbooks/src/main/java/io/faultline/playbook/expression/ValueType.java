package io.faultline.playbook.expression;

/// The four kinds of value.
public enum ValueType {
    NUMBER("a number"),
    /// A length of time, in nanoseconds.
    SPAN("a duration"),
    TEXT("a text"),
    FLAG("true or false");

    private final String words;

    ValueType(String words) {
        this.words = words;
    }

    /// For messages: "a number".
    public String words() {
        return words;
    }
}
