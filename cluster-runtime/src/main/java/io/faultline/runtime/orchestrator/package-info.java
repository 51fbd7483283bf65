/// The orchestrator: which process runs on which machine. [OrchestratorNode] makes what runs agree with what the
/// planner wants; [Placement] and [RestartPolicy] decide; a [Launcher] carries the orders out, in every world over
/// the same [MachinePark].
@NullMarked
package io.faultline.runtime.orchestrator;

import org.jspecify.annotations.NullMarked;
