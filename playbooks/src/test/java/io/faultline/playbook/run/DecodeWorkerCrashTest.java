package io.faultline.playbook.run;

import static io.faultline.playbook.run.FakeWorld.MS;
import static io.faultline.playbook.run.RunFixture.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.PlaybookReport.CheckLine;
import io.faultline.playbook.report.PlaybookReport.OutcomeRow;
import io.faultline.playbook.report.Verdict;
import io.faultline.playbook.run.FakeClients.OnDeath;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.RequestEvent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The shipped playbook judges: it passes on a cluster that migrates and fails on every cluster that does not.
class DecodeWorkerCrashTest {
    private final Playbook playbook =
            ShippedPlaybooks.playbook("decode-worker-crash").orElseThrow();
    private final RunFixture fixture = RunFixture.onThreeWorkers();
    private final FakeWorld world = fixture.world;

    @Test
    void passesWhenEveryStreamContinues() {
        PlaybookReport report = fixture.run(playbook);

        assertThat(report.why()).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.expectations()).allMatch(CheckLine::isMet);
        assertThat(report.outcomeRow("load streams").orElseThrow().text()).isEqualTo("192 of 192 requests completed");
        assertThat(report.outcomeRow("decode nodes ready").orElseThrow().text()).isEqualTo("3 before, 3 after");
    }

    @Test
    @DisplayName("The outcome table says in which rows worlds must agree")
    void outcomeHasRowsThatAreTheSameInEveryWorld() {
        PlaybookReport report = fixture.run(playbook);

        assertThat(report.outcome())
                .filteredOn(OutcomeRow::isComparable)
                .extracting(OutcomeRow::name)
                .startsWith("verdict", "load streams", "faults injected", "faults left", "requests failed")
                .contains("answers differing", "decode nodes ready", "expected: short-pause");
        assertThat(report.outcome())
                .filteredOn(row -> !row.isComparable())
                .extracting(OutcomeRow::name)
                .contains("requests completed", "migrations started", "migration gap p99", "time to ready after kill")
                .doesNotContain("verdict");
        assertThat(report.outcome()).extracting(OutcomeRow::name).doesNotHaveDuplicates();
        assertThat(report.outcomeRow("requests completed").orElseThrow().text()).isEqualTo("192");
    }

    @Test
    void killsWhileAllStreamsAreOpen() {
        fixture.run(playbook);

        long open = world.said.stream()
                .takeWhile(r -> !(r instanceof FaultEvent.FaultInjected))
                .mapToInt(r ->
                        r instanceof RequestEvent.FirstToken ? 1 : r instanceof RequestEvent.RequestCompleted ? -1 : 0)
                .sum();
        assertThat(open).isEqualTo(64);
    }

    @Test
    void abortsWhenStreamsFail() {
        world.clients.onDeath = OnDeath.FAILS;

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(world.running()).hasSize(3);
    }

    @Test
    void failsWhenAnAnswerDiffers() {
        world.clients.onDeath = OnDeath.CONTINUES_WRONGLY;

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.expectations())
                .filteredOn(c -> !c.isMet())
                .extracting(CheckLine::name)
                .containsExactly("no-answer-differs");
    }

    @Test
    void failsWhenStreamsHang() {
        world.clients.onDeath = OnDeath.HANGS;

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(status(report, "method", "continued")).isEqualTo("failed");
        assertThat(world.running()).as("rolled back").hasSize(3);
    }

    @Test
    void failsWhenThePauseIsTooLong() {
        world.clients.gapNanos = 9_500 * MS;

        PlaybookReport report = fixture.run(playbook, "maxTokens", "2000");

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.why())
                .containsExactly("not as expected, short-pause: migration gap max is 9.5 s, allowed at most 9 s");
    }

    @Test
    void failsWhenTheWorkerDoesNotComeBack() {
        world.registersAfterNanos = -1;

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(status(report, "method", "pool-whole")).isEqualTo("failed");
    }

    @Test
    void killsAsManyAsIsAsked() {
        RunFixture five = new RunFixture(FakeWorld.withWorkers(5));

        PlaybookReport report = five.run(playbook, "victims", "2");

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.faults()).hasSize(2);
    }

    @Test
    void refusesToKillMoreThanHalfOfThePool() {
        PlaybookReport report = fixture.run(playbook, "victims", "2");

        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.why().getFirst()).contains("2 of 3 nodes would be harmed, the blast radius allows 50 %");
    }
}
