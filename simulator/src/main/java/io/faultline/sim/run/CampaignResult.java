package io.faultline.sim.run;

import io.faultline.sim.cluster.RequestTally;
import java.util.List;

/// What came of a campaign. Immutable.
///
/// @param digest of the seeds' digests in their order
/// @param failedSeeds in their order
/// @param failures results of the first of them, at most [Campaign#FAILURES_KEPT]
public record CampaignResult(
        String subject,
        SeedRange seeds,
        String digest,
        int violations,
        long simulatedNanos,
        long events,
        long turns,
        RequestTally requests,
        List<Long> failedSeeds,
        List<SimulationResult> failures) {}
