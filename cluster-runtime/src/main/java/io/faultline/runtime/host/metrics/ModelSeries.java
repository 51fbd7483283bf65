package io.faultline.runtime.host.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;

/// The series of one model that every request touches, looked up once.
///
/// @param label value of the label `model`
/// @param inflight received and not ended
/// @param active the same under the name that later versions of Dynamo use
/// @param queued without a first token
record ModelSeries(
        String label,
        GaugeDataPoint inflight,
        GaugeDataPoint active,
        GaugeDataPoint queued,
        DistributionDataPoint duration,
        DistributionDataPoint firstToken,
        DistributionDataPoint interToken,
        DistributionDataPoint input,
        DistributionDataPoint cached,
        DistributionDataPoint hitRate,
        DistributionDataPoint output,
        CounterDataPoint outputTokens) {

    void opened() {
        inflight.inc();
        active.inc();
        queued.inc();
    }

    /// The first token came.
    void begun() {
        queued.dec();
    }

    void closed(boolean wasQueued) {
        inflight.dec();
        active.dec();
        if (wasQueued) {
            queued.dec();
        }
    }
}
