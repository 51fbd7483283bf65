/// Event files for TensorBoard. Nothing here knows of the cluster but
/// [io.faultline.runtime.host.tensorboard.PlannerTrail].
@NullMarked
package io.faultline.runtime.host.tensorboard;

import org.jspecify.annotations.NullMarked;
