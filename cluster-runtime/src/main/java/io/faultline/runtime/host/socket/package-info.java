/// The request plane over TCP. One connection a pair of nodes carries all their streams as length-prefixed binary
/// frames; what a node says in one turn leaves in one write.
///
/// Words: the *greeting* is eight fixed bytes that both ends send first, so that neither talks to something
/// else that took over the port; *lingering* is the time in which a closed end lets its last frames reach the
/// peer.
@NullMarked
package io.faultline.runtime.host.socket;

import org.jspecify.annotations.NullMarked;
