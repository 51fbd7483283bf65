/// The planner: how many workers there should be. [ScalingPolicy] decides from what the workers report, [PlannerNode]
/// writes its decisions to the store, where the orchestrator reads them, and watches what became of them.
@NullMarked
package io.faultline.runtime.planner;

import org.jspecify.annotations.NullMarked;
