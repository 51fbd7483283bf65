package io.faultline.backend.playbook;

import io.faultline.backend.account.Operator;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.OperationOutcome;
import io.faultline.backend.operation.Permissions;
import io.faultline.playbook.loader.PlaybookLoader;
import io.faultline.playbook.loader.Problem;
import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.ReportFormat;
import io.faultline.playbook.run.PlaybookRun;
import io.faultline.playbook.run.Preflight;
import io.faultline.playbook.run.RunConfig;
import io.faultline.playbook.run.RunRequest;
import io.faultline.runtime.history.PlaybookRunView;
import io.faultline.runtime.history.PlaybookRunView.StepView;
import io.faultline.runtime.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The shipped playbooks on the one live cluster, and in virtual time beside it. Runs on the live cluster come one
/// after the other, because two at once would each take the other's faults for a deviation.
public final class ConsolePlaybooks implements PlaybookService {
    private final ClusterFeed feed;
    private final Permissions permissions;
    private final PlaybookArchive archive;
    private final RunLedger ledger;
    private final SimulationQueue simulations;
    /// Confined to the operator's loop.
    private final Map<String, PlaybookRun> live = new TreeMap<>();

    public ConsolePlaybooks(
            ClusterFeed feed,
            Permissions permissions,
            PlaybookArchive archive,
            RunLedger ledger,
            SimulationQueue simulations) {
        this.feed = feed;
        this.permissions = permissions;
        this.archive = archive;
        this.ledger = ledger;
        this.simulations = simulations;
    }

    @Override
    public List<Playbook> playbooks() {
        return ShippedPlaybooks.names().stream()
                .flatMap(name -> ShippedPlaybooks.playbook(name).stream())
                .toList();
    }

    @Override
    public Optional<Playbook> playbook(String name) {
        return ShippedPlaybooks.playbook(name);
    }

    @Override
    public Optional<String> source(String name) {
        return ShippedPlaybooks.source(name);
    }

    @Override
    public List<Problem> validate(String text) {
        return switch (PlaybookLoader.load(text)) {
            case PlaybookLoader.Result.Loaded _ -> List.of();
            case PlaybookLoader.Result.Invalid(List<Problem> problems) -> problems;
        };
    }

    @Override
    public List<Preflight.Finding> preview(String name, Map<String, String> parameters) {
        Playbook playbook =
                playbook(name).orElseThrow(() -> new IllegalArgumentException("there is no playbook '" + name + "'"));
        RunRequest request = request("preview", "preview", 1, parameters);
        return feed.ask(world -> PlaybookRun.preview(world, playbook, request)).join();
    }

    @Override
    public OperationOutcome runLive(String name, Map<String, String> parameters, long seed) {
        return onPlaybook(
                Action.RUN_PLAYBOOK_LIVE,
                name,
                playbook -> who -> ask(world -> startLive(world, playbook, parameters, seed, who)));
    }

    private OperationOutcome startLive(
            World world, Playbook playbook, Map<String, String> parameters, long seed, Operator who) {
        if (!live.isEmpty()) {
            return new OperationOutcome.Refused(
                    live.keySet().iterator().next() + " is under way; wait for its end or abort it");
        }
        String name = playbook.metadata().name();
        PlaybookRunRecord entered = ledger.begin(name, world.kind(), seed, who.name());
        RunRequest request = request(entered.id(), who.name(), seed, parameters);
        PlaybookRun.Start start =
                PlaybookRun.start(world, playbook, request, RunConfig.defaults(), report -> finished(entered, report));
        return switch (start) {
            case PlaybookRun.Start.Started(PlaybookRun run) -> {
                live.put(entered.id(), run);
                yield new OperationOutcome.Done(name + " runs on the live cluster", entered.id());
            }
            case PlaybookRun.Start.Refused(List<String> problems) -> {
                ledger.withdraw(entered.id());
                yield new OperationOutcome.Refused(String.join("; ", problems));
            }
        };
    }

    /// On the operator's loop, which must not wait for the database.
    private void finished(PlaybookRunRecord run, PlaybookReport report) {
        live.remove(run.id());
        PlaybookRunRecord ended =
                ledger.end(run, report.verdict().word(), String.join("; ", report.why()), "", Optional.of(report));
        simulations.inBackground(() -> archive.save(ended, Optional.of(report)));
    }

    @Override
    public OperationOutcome runSimulated(String name, Map<String, String> parameters, long seed) {
        return onPlaybook(Action.RUN_PLAYBOOK_SIMULATED, name, playbook -> who -> {
            PlaybookRunRecord run = ledger.begin(name, "simulated", seed, who.name());
            Optional<String> problem = simulations.add(playbook, parameters, run);
            if (problem.isPresent()) {
                ledger.withdraw(run.id());
                return new OperationOutcome.Refused(problem.get());
            }
            return new OperationOutcome.Done(name + " runs in virtual time", run.id());
        });
    }

    @Override
    public OperationOutcome abort(String runId) {
        return permissions.perform(
                Action.ABORT_PLAYBOOK,
                runId,
                who -> ask(world -> {
                    PlaybookRun run = live.get(runId);
                    if (run == null) {
                        return ledger.find(runId).isPresent()
                                ? new OperationOutcome.Refused(runId + " does not run on the live cluster any more")
                                : new OperationOutcome.Unknown("there is no run '" + runId + "'");
                    }
                    run.abort(who.name(), "");
                    return new OperationOutcome.Done(runId + " is stopped and rolls back", runId);
                }));
    }

    @Override
    public int haltRuns(World world, String by) {
        int halted = live.size();
        List.copyOf(live.values()).forEach(run -> run.halt(by));
        return halted;
    }

    @Override
    public List<PlaybookRunRecord> runs(int limit) {
        Map<String, PlaybookRunRecord> runs = new LinkedHashMap<>();
        ledger.all().forEach(run -> runs.put(run.id(), withLiveSteps(run)));
        archive.newest(limit).forEach(run -> runs.putIfAbsent(run.id(), run));
        List<PlaybookRunRecord> newestFirst = new ArrayList<>(runs.values());
        newestFirst.sort((a, b) -> b.startedAt().compareTo(a.startedAt()));
        return List.copyOf(newestFirst.subList(0, Math.min(limit, newestFirst.size())));
    }

    @Override
    public Optional<PlaybookRunRecord> run(String runId) {
        return ledger.find(runId).map(this::withLiveSteps).or(() -> archive.find(runId));
    }

    @Override
    public Optional<PlaybookReport> report(String runId) {
        return ledger.report(runId);
    }

    @Override
    public Optional<String> report(String runId, ReportFormat format) {
        return ledger.report(runId).map(format::render).or(() -> archive.report(runId, format));
    }

    private PlaybookRunRecord withLiveSteps(PlaybookRunRecord run) {
        if (!run.isRunning()) {
            return run;
        }
        List<StepView> steps = feed.latest().playbookRuns().stream()
                .filter(view -> view.run().equals(run.id()))
                .findFirst()
                .map(PlaybookRunView::steps)
                .orElse(List.of());
        return run.withSteps(steps);
    }

    private OperationOutcome onPlaybook(
            Action action, String name, Function<Playbook, Function<Operator, OperationOutcome>> doing) {
        return permissions.perform(
                action,
                name,
                who -> playbook(name)
                        .map(playbook -> doing.apply(playbook).apply(who))
                        .orElseGet(() -> new OperationOutcome.Unknown("there is no playbook '" + name + "'")));
    }

    private OperationOutcome ask(Function<World, OperationOutcome> question) {
        try {
            return feed.ask(question).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return new OperationOutcome.Unanswered("the cluster does not answer; look whether it was done");
            }
            throw e;
        }
    }

    private static RunRequest request(String id, String by, long seed, Map<String, String> parameters) {
        return new RunRequest(id, by, seed, new LinkedHashMap<>(parameters), new LinkedHashMap<>());
    }
}
