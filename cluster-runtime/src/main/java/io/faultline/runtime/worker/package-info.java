/// A worker: an engine, a place in discovery, and the worker's side of the request plane.
@NullMarked
package io.faultline.runtime.worker;

import org.jspecify.annotations.NullMarked;
