/// Which worker serves a request. Policies are pure deciders over an immutable list of candidates; [RouterClient] asks
/// routers, which know more, and the pool of instances has the last word.
@NullMarked
package io.faultline.runtime.routing;

import org.jspecify.annotations.NullMarked;
