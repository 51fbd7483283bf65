package io.faultline.runtime.admission;

/// What is shed first. The order of the constants is that of their importance.
enum PriorityClass {
    LOW,
    NORMAL,
    HIGH;

    /// @param priority of a request: below 0 low, 0 normal, above 0 high
    static PriorityClass of(int priority) {
        return priority < 0 ? LOW : priority == 0 ? NORMAL : HIGH;
    }
}
