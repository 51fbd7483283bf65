package io.faultline.runtime.queue;

import io.faultline.runtime.queue.WorkQueue.Reply;

/// The one answer of a [QueueServer] to the [QueueRequest] with that id. Immutable.
public record QueueAnswer(long id, Reply<?> reply) {}
