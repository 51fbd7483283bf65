package io.faultline.backend.playbook;

import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import java.util.Map;
import java.util.Optional;

/// Runs a playbook to its end in virtual time, on a cluster of its own. Blocks for as long as that takes.
public interface PlaybookSimulation {

    Simulated run(Playbook playbook, Map<String, String> parameters, long seed);

    /// @param outcome the verdict; or failed when an invariant broke, refused when the parameters were wrong
    /// @param why one sentence when it did not pass
    /// @param digest of all events, the same for the same seed
    record Simulated(String outcome, String why, String digest, Optional<PlaybookReport> report) {}
}
