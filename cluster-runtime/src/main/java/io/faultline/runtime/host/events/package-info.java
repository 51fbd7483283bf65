/// The event stream as a file.
@NullMarked
package io.faultline.runtime.host.events;

import org.jspecify.annotations.NullMarked;
