/// Counts and quantiles over a sliding window of time, in constant memory: what the histories show and what
/// admission decides by. Depends on nothing.
@NullMarked
package io.faultline.runtime.window;

import org.jspecify.annotations.NullMarked;
