/// The queues of the embedded world.
@NullMarked
package io.faultline.runtime.host.queue;

import org.jspecify.annotations.NullMarked;
