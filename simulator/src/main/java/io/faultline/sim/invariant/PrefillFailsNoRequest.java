package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.RequestEvent;
import java.util.function.BooleanSupplier;

/// REQ-9: whatever happens to prefill workers, to their queue and to the ways there, requests are served.
public final class PrefillFailsNoRequest implements Invariant {
    private final BooleanSupplier nothingElseIsDisturbed;

    /// @param nothingElseIsDisturbed whether up to now only prefill workers, queues and the ways to them were
    public PrefillFailsNoRequest(BooleanSupplier nothingElseIsDisturbed) {
        this.nothingElseIsDisturbed = nothingElseIsDisturbed;
    }

    @Override
    public String sentence() {
        return "No request fails while nothing but prefill workers and their queue is disturbed.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (event.record() instanceof RequestEvent.RequestFailed failed && nothingElseIsDisturbed.getAsBoolean()) {
            report.broken(
                    event.node(),
                    "request " + failed.request() + " failed (" + failed.type() + ": " + failed.message()
                            + ") although only prefill was disturbed");
        }
    }
}
