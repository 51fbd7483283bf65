/// Runs and what comes of them: the result of one seed, campaigns over many, the line that scripts read and the
/// block that people read when an invariant breaks.
@NullMarked
package io.faultline.sim.run;

import org.jspecify.annotations.NullMarked;
