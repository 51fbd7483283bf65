/// A running cluster as its operator sees it, whichever world it runs in: its history, its faults, its load.
/// Playbooks and drills are written against this and nothing else.
@NullMarked
package io.faultline.runtime.world;

import org.jspecify.annotations.NullMarked;
