package io.faultline.playbook.loader;

/// How large the parts of a playbook may be. The schema says the same.
final class Limits {
    static final long SECOND = 1_000_000_000L;
    /// Longest time-out, wait, fault or hold: an hour. What takes longer is several playbooks.
    static final long SPAN_MAX_NANOS = 3_600 * SECOND;
    static final long DAY_NANOS = 24 * SPAN_MAX_NANOS;
    /// Largest number a bound may be: whole numbers up to here are exact as doubles.
    static final long NUMBER_MAX = 1_000_000_000_000L;

    static final int NAME_LENGTH_MAX = 60;
    static final int TITLE_LENGTH_MAX = 120;
    static final int TEXT_LENGTH_MAX = 4_000;
    static final int PARAMETERS_MAX = 40;
    static final int STEPS_MAX = 100;
    static final int CHECKS_MAX = 50;
    static final int WORDS_MAX = 30;

    private Limits() {}
}
