package io.faultline.backend.playbook;

import io.faultline.backend.operation.OperationOutcome;
import io.faultline.playbook.loader.Problem;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.ReportFormat;
import io.faultline.playbook.run.Preflight;
import io.faultline.runtime.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The playbooks and their runs. Thread-safe unless a method says otherwise. Starting and stopping check the role of
/// the person behind the current call and are audited.
public interface PlaybookService {

    /// In the order in which they are best shown.
    List<Playbook> playbooks();

    Optional<Playbook> playbook(String name);

    /// The file's text.
    Optional<String> source(String name);

    /// What is wrong with a playbook's text; empty when nothing is.
    List<Problem> validate(String text);

    /// What a run on the live cluster would find and whom it would hit, without doing anything.
    List<Preflight.Finding> preview(String name, Map<String, String> parameters);

    /// Starts a run on the live cluster. [OperationOutcome.Done#id] is the run's.
    OperationOutcome runLive(String name, Map<String, String> parameters, long seed);

    /// Starts a run in virtual time beside the live cluster, which it does not touch.
    OperationOutcome runSimulated(String name, Map<String, String> parameters, long seed);

    /// Stops a live run and rolls it back.
    OperationOutcome abort(String runId);

    /// Stops every live run; part of HALT. On the operator's loop. @return how many were stopped
    int haltRuns(World world, String by);

    /// Newest first: those under way, then those archived.
    List<PlaybookRunRecord> runs(int limit);

    Optional<PlaybookRunRecord> run(String runId);

    /// What came of a run that finished since this console started.
    Optional<PlaybookReport> report(String runId);

    /// The archived report, also of earlier consoles.
    Optional<String> report(String runId, ReportFormat format);
}
