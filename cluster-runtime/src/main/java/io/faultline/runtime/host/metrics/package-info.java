/// The event stream as Prometheus metrics: Dynamo's names, labels and buckets for what clients and operators of
/// Dynamo's frontend know, and names beginning with `faultline_` for what only we tell. Metrics are a fold like every
/// other view: nothing in the runtime counts for their sake.
@NullMarked
package io.faultline.runtime.host.metrics;

import org.jspecify.annotations.NullMarked;
