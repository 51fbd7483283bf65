package io.faultline.runtime.event;

/// Takes what one node has to say. The world adds the time, the node's name and a sequence number.
public interface EventSink {
    void emit(EventRecord record);
}
