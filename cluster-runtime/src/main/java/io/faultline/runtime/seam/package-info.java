/// The handful of interfaces through which a node meets the outside: time, timers, randomness, its event
/// stream. A world (simulated, embedded, distributed) supplies them; everything else in the runtime is the same
/// code in every world.
///
/// Words: a *node* is anything with a loop; a *turn* is one task run by that loop, to completion, never
/// re-entered.
@NullMarked
package io.faultline.runtime.seam;

import org.jspecify.annotations.NullMarked;
