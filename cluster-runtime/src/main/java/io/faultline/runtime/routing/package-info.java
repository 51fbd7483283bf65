/// Which worker serves a request. Policies are pure deciders over an immutable list of candidates.
@NullMarked
package io.faultline.runtime.routing;

import org.jspecify.annotations.NullMarked;
