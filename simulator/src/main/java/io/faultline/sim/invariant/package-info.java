/// What must hold in every run, whatever goes wrong. Each invariant is a class with a name and a sentence; all are
/// looked at after every event, after every token that a client is told, and when the cluster has come to rest.
@NullMarked
package io.faultline.sim.invariant;

import org.jspecify.annotations.NullMarked;
