/// Whether a worker is fit to serve: what it finds out about itself (a canary through its engine, the engine's own
/// word) and what its frontends find out by comparing it with its peers. Verdicts are pure deciders with thresholds
/// both ways; those who drive them live on a node's loop.
///
/// Words: a *canary* is a small request that is sent to see whether the engine still answers; a *grey* worker is slow
/// or odd without being dead; an *outlier* is an instance that is much slower than the median of its peers.
@NullMarked
package io.faultline.runtime.health;

import org.jspecify.annotations.NullMarked;
