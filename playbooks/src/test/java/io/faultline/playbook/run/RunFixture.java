package io.faultline.playbook.run;

import static io.faultline.playbook.run.FakeWorld.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.runtime.event.EventRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Runs playbooks on a [FakeWorld].
final class RunFixture {
    final FakeWorld world;
    private final List<PlaybookReport> reports = new ArrayList<>();

    RunFixture(FakeWorld world) {
        this.world = world;
    }

    /// Three workers and nothing wrong with them.
    static RunFixture onThreeWorkers() {
        return new RunFixture(FakeWorld.withWorkers(3));
    }

    PlaybookRun start(Playbook playbook, String... parameters) {
        return startSeeded(playbook, 7, parameters);
    }

    PlaybookRun startSeeded(Playbook playbook, long seed, String... parameters) {
        SequencedMap<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            given.put(parameters[i], parameters[i + 1]);
        }
        RunRequest request = new RunRequest("r-1", "tester", seed, given, new LinkedHashMap<>());
        PlaybookRun.Start start = PlaybookRun.start(world, playbook, request, RunConfig.defaults(), reports::add);
        assertThat(start).isInstanceOf(PlaybookRun.Start.Started.class);
        return ((PlaybookRun.Start.Started) start).run();
    }

    /// Turns the loop until the run has ended, at most an hour of the world's time.
    PlaybookReport finish() {
        for (int i = 0; i < 3_600 && reports.isEmpty(); i++) {
            world.loop.runFor(1_000 * MS);
        }
        assertThat(reports).as("reports of the run").hasSize(1);
        world.loop.runFor(10_000 * MS);
        assertThat(reports).as("reports of the run").hasSize(1);
        return reports.getFirst();
    }

    PlaybookReport run(Playbook playbook, String... parameters) {
        start(playbook, parameters);
        return finish();
    }

    /// The status with which a step ended.
    static String status(PlaybookReport report, String phase, String step) {
        return report.steps().stream()
                .filter(s -> s.phase().equals(phase) && s.name().equals(step))
                .map(PlaybookReport.StepLine::status)
                .reduce((_, last) -> last)
                .orElse("absent");
    }

    <R extends EventRecord> List<R> said(Class<R> kind) {
        return world.said.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
