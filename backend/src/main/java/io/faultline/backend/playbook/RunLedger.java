package io.faultline.backend.playbook;

import io.faultline.playbook.report.PlaybookReport;
import io.faultline.runtime.history.PlaybookRunView.StepView;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The runs that this console started: those under way, and the newest [#KEPT_MAX] that ended, with their reports.
/// Thread-safe.
public final class RunLedger {
    /// Reports are about 200 KiB each; older ones are read from the archive.
    static final int KEPT_MAX = 50;

    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
    private int started;

    private record Entry(PlaybookRunRecord run, Optional<PlaybookReport> report) {}

    public RunLedger(Clock clock) {
        this.clock = clock;
    }

    /// Enters a run that is about to begin.
    synchronized PlaybookRunRecord begin(String playbook, String world, long seed, String by) {
        Instant now = clock.instant();
        // The time tells people which run it is and keeps it apart from those of earlier consoles; the number keeps it
        // apart from others of the same second.
        String id = playbook + '-' + ID_TIME.format(now) + '-' + ++started;
        PlaybookRunRecord run = new PlaybookRunRecord(
                id, playbook, world, seed, by, now, Optional.empty(), "", "", "", List.of(), false);
        entries.put(id, new Entry(run, Optional.empty()));
        return run;
    }

    /// Strikes out a run that did not begin.
    synchronized void withdraw(String id) {
        entries.remove(id);
    }

    /// @return the run as it is to be archived
    synchronized PlaybookRunRecord end(
            PlaybookRunRecord run, String verdict, String why, String digest, Optional<PlaybookReport> report) {
        PlaybookRunRecord ended = new PlaybookRunRecord(
                run.id(),
                run.playbook(),
                run.world(),
                run.seed(),
                run.by(),
                run.startedAt(),
                Optional.of(clock.instant()),
                verdict,
                why,
                digest,
                report.map(RunLedger::steps).orElse(List.of()),
                report.isPresent());
        entries.put(run.id(), new Entry(ended, report));
        forgetOldest();
        return ended;
    }

    synchronized Optional<PlaybookRunRecord> find(String id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::run);
    }

    synchronized Optional<PlaybookReport> report(String id) {
        return Optional.ofNullable(entries.get(id)).flatMap(Entry::report);
    }

    /// Newest first.
    synchronized List<PlaybookRunRecord> all() {
        List<PlaybookRunRecord> runs = new ArrayList<>(entries.size());
        entries.sequencedValues().reversed().forEach(e -> runs.add(e.run()));
        return runs;
    }

    private void forgetOldest() {
        var oldest = entries.values().iterator();
        while (entries.size() > KEPT_MAX && oldest.hasNext()) {
            if (!oldest.next().run().isRunning()) {
                oldest.remove();
            }
        }
    }

    private static List<StepView> steps(PlaybookReport report) {
        return report.steps().stream()
                .map(s ->
                        new StepView(s.phase(), s.name(), s.status(), s.detail(), s.startedAtNanos(), s.endedAtNanos()))
                .toList();
    }
}
