/// What `bin/faultline bench` measures with: real clients against real servers, each figure beside its floor and its
/// alternative from the same run.
@NullMarked
package io.faultline.console.bench;

import org.jspecify.annotations.NullMarked;
