package io.faultline.backend.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.backend.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlaybookArchiveTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TestDatabase database = new TestDatabase();
    private final PlaybookArchive archive = new PlaybookArchive(database.client(), database.transactions());

    @Test
    void givesBackWhatWasSavedToAnotherConsole() {
        archive.save(run("run-1", 1), Optional.empty());
        PlaybookArchive next = new PlaybookArchive(database.client(), database.transactions());
        assertThat(next.find("run-1")).contains(run("run-1", 1));
        assertThat(next.find("run-2")).isEmpty();
    }

    @Test
    void listsTheNewestFirst() {
        archive.save(run("a", 1), Optional.empty());
        archive.save(run("b", 3), Optional.empty());
        archive.save(run("c", 2), Optional.empty());
        assertThat(archive.newest(2)).extracting(PlaybookRunRecord::id).containsExactly("b", "c");
    }

    @Test
    void keepsABoundedNumberOfRuns() {
        for (int i = 0; i <= PlaybookArchive.RUNS_MAX; i++) {
            archive.save(run("run-" + i, i), Optional.empty());
        }
        assertThat(archive.newest(10_000)).hasSize(PlaybookArchive.RUNS_MAX);
        assertThat(archive.find("run-0")).isEmpty();
    }

    @Test
    void cutsAReasonThatIsTooLongInsteadOfLosingTheRun() {
        PlaybookRunRecord run = new PlaybookRunRecord(
                "long",
                "p",
                "simulated",
                7,
                "ann",
                START,
                Optional.of(START),
                "failed",
                "x".repeat(5_000),
                "",
                List.of(),
                false);
        archive.save(run, Optional.empty());
        assertThat(archive.find("long").orElseThrow().why()).hasSize(2_000);
    }

    private static PlaybookRunRecord run(String id, int second) {
        Instant at = START.plusSeconds(second);
        return new PlaybookRunRecord(
                id,
                "decode-worker-crash",
                "simulated",
                7,
                "ann",
                at,
                Optional.of(at.plusSeconds(1)),
                "passed",
                "",
                "0123456789abcdef",
                List.of(),
                false);
    }
}
