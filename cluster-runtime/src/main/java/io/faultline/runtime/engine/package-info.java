/// The seam between a worker and whatever generates tokens. [io.faultline.runtime.engine.modelled] is the engine
/// that needs no GPU.
@NullMarked
package io.faultline.runtime.engine;

import org.jspecify.annotations.NullMarked;
