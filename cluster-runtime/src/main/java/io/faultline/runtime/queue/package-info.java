/// A durable queue of work: what is published is delivered at least once, until somebody acknowledges it. The
/// words and the rules are those of NATS JetStream with a work-queue stream and one durable pull consumer, so that
/// a real one can stand behind [io.faultline.runtime.queue.WorkQueue]. A *message* waits, is in *delivery*
/// (somebody pulled it and has the *ack wait* to say something), or is gone.
@NullMarked
package io.faultline.runtime.queue;

import org.jspecify.annotations.NullMarked;
