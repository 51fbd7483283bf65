/// Playbooks as the console offers them: list, read, check, run on the live cluster or in virtual time, and the
/// archive of what came of it.
@NullMarked
package io.faultline.backend.playbook;

import org.jspecify.annotations.NullMarked;
