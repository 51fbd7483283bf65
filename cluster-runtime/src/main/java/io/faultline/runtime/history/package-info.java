/// Read models: folds over the event stream. Each is confined to the loop that feeds it and hands out immutable
/// snapshots. The console, the metrics page, playbook probes and reports all read these and nothing else, so a
/// live, a recorded and a simulated cluster show the same screens.
@NullMarked
package io.faultline.runtime.history;

import org.jspecify.annotations.NullMarked;
