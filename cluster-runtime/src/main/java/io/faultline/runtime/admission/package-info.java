/// Who is served when not everybody can be: busy thresholds on the load that workers report, and a limit of the
/// requests in flight that is found from measured latency. Both refuse a *new* request before any work is done
/// for it; a request that was admitted keeps its permit to its end, through every migration.
///
/// Words: an instance is **busy** when its load is over a threshold; the **door** is closed when no new request
/// could be admitted, whatever its priority; what is under way for one frontend and model is **in flight**.
@NullMarked
package io.faultline.runtime.admission;

import org.jspecify.annotations.NullMarked;
