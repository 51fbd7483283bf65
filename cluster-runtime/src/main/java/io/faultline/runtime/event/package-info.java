/// The one stream of typed cluster events. Every view, metric, report, invariant, score and digest is a fold over
/// it. A record is written where the thing happens, once, and never changed. Records come in families
/// ([EventRecord]), one file each.
@NullMarked
package io.faultline.runtime.event;

import org.jspecify.annotations.NullMarked;
