package io.faultline.runtime.host.metrics;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/// Dynamo's metrics of where a request spends its time between the frontend and a worker: waiting for the
/// router's choice (`route`), and from that choice to the first token (`dispatch`, which on the request plane is
/// the round trip). Confined to the loop that feeds the fold.
final class AttemptMetrics {
    private static final double SECONDS = 1e-9;
    private static final double[] BOUNDS = {
        .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60
    };
    private static final String ROUTE = "route";
    private static final String DISPATCH = "dispatch";
    private static final String AGGREGATED = "aggregated";

    private final Gauge stageNow;
    private final Histogram stageTime;
    private final Gauge inflight;
    private final Histogram roundTrip;

    /// @param frontend meters under the frontend's prefix
    /// @param plane meters under the request plane's
    AttemptMetrics(Meters frontend, Meters plane) {
        stageNow = frontend.gauge("stage_requests", "Requests in a stage now", "stage", "phase");
        stageTime = frontend.histogram(
                "stage_duration_seconds", "How long requests stay in a stage", BOUNDS, "stage", "phase");
        inflight = plane.gauge("inflight_requests", "Attempts that workers serve now");
        roundTrip = plane.histogram(
                "roundtrip_ttft_seconds", "From sending a request to a worker to its first token", BOUNDS);
        for (String stage : new String[] {ROUTE, DISPATCH}) {
            stageNow.initLabelValues(stage, AGGREGATED);
            stageTime.initLabelValues(stage, AGGREGATED);
        }
    }

    void waits(OpenRequest request, long atNanos) {
        leave(request);
        request.stage = ROUTE;
        request.stageSinceNanos = atNanos;
        stageNow.labelValues(ROUTE, AGGREGATED).inc();
    }

    void routed(OpenRequest request, long atNanos) {
        if (ROUTE.equals(request.stage)) {
            stageTime.labelValues(ROUTE, AGGREGATED).observe((atNanos - request.stageSinceNanos) * SECONDS);
        }
        leave(request);
        request.stage = DISPATCH;
        request.stageSinceNanos = atNanos;
        request.served = true;
        stageNow.labelValues(DISPATCH, AGGREGATED).inc();
        inflight.inc();
    }

    /// The attempt's first token.
    void answered(OpenRequest request, long atNanos) {
        if (DISPATCH.equals(request.stage)) {
            double seconds = (atNanos - request.stageSinceNanos) * SECONDS;
            stageTime.labelValues(DISPATCH, AGGREGATED).observe(seconds);
            roundTrip.observe(seconds);
            stageNow.labelValues(DISPATCH, AGGREGATED).dec();
            request.stage = null;
        }
    }

    /// The request is in no stage and on no worker any more.
    void leave(OpenRequest request) {
        if (request.stage != null) {
            stageNow.labelValues(request.stage, AGGREGATED).dec();
            request.stage = null;
        }
        if (request.served) {
            request.served = false;
            inflight.dec();
        }
    }
}
