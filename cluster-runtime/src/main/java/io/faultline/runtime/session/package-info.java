/// Services whose clients talk to them in sessions: the discovery store, the work queues. What a service does is its
/// own
/// matter; how requests and answers travel is the world's, and the same for all of them.
@NullMarked
package io.faultline.runtime.session;

import org.jspecify.annotations.NullMarked;
