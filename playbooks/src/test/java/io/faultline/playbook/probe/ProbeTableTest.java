package io.faultline.playbook.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProbeTableTest {

    @Test
    void theDocumentHasARowForEveryProbe() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "playbooks.md")).stream()
                .filter(line -> line.startsWith("| `") && line.split("\\|").length == 5)
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Stream.of(ProbeKind.values()).map(ProbeTableTest::row).toList());
    }

    private static String row(ProbeKind kind) {
        return "| `" + kind.word() + "` | " + kind.unit().words() + " | "
                + kind.reach().words() + " | " + kind.meaning() + " |";
    }

    @Test
    void writesFiguresForPeople() {
        assertThat(Unit.COUNT.text(64)).isEqualTo("64");
        assertThat(Unit.RATIO.text(0.9995)).isEqualTo("99.95 %");
        assertThat(Unit.PER_SECOND.text(12.345)).isEqualTo("12.3/s");
        assertThat(Unit.DURATION.text(1_250_000_000.0)).isEqualTo("1.25 s");
        assertThat(Unit.DURATION.text(244_500_000.0)).isEqualTo("244.5 ms");
    }
}
