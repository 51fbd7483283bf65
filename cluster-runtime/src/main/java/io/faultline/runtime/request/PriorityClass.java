package io.faultline.runtime.request;

/// What is shed first. The order of the constants is that of their importance.
public enum PriorityClass {
    /// Nobody looked, because no request of any class could be served.
    UNREAD,
    LOW,
    NORMAL,
    HIGH;

    /// @param priority of a request: below 0 low, 0 normal, above 0 high
    public static PriorityClass of(int priority) {
        return priority < 0 ? LOW : priority == 0 ? NORMAL : HIGH;
    }
}
