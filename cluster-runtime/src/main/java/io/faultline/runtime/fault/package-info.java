/// Faults as data: one vocabulary for playbooks, the console and the simulator. Each world has a [FaultInjector]
/// that carries them out.
@NullMarked
package io.faultline.runtime.fault;

import org.jspecify.annotations.NullMarked;
