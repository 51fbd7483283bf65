package io.faultline.runtime.shown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementsPageTest {

    private static final Requirement WORKERS_DIE =
            new Requirement("X-1", "Group", "Workers may die", EnumSet.of(World.SIMULATED, World.EMBEDDED));

    @Test
    void thePageOfThisProjectIsCurrent() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();

        assertThat(Files.readString(RequirementsPage.pageOf(root)))
                .as("docs/requirements.md is stale; in the project's root run: %s", RequirementsPage.COMMAND)
                .isEqualTo(RequirementsPage.ofProject(root).text());
    }

    @Test
    void aTestIsListedUnderEachWorldItNames() {
        Mark mark = new Mark(Path.of("m/T.java"), "T.a", List.of("X-1"), EnumSet.of(World.SIMULATED));

        String page = new RequirementsPage(List.of(WORKERS_DIE), List.of(mark)).text();

        assertThat(page)
                .contains("| X-1 | Workers may die | [T.a](../m/T.java) | *not yet* | - | - |")
                .contains("0 of 1 are shown");
    }

    @Test
    void anIdThatTheRegisterLacksIsRefused() {
        Mark mark = new Mark(Path.of("T.java"), "T", List.of("X-2"), EnumSet.noneOf(World.class));

        assertThatThrownBy(() -> new RequirementsPage(List.of(WORKERS_DIE), List.of(mark)))
                .hasMessage("T shows X-2, which is not in the register");
    }

    @Test
    void marksAreReadFromClassesAndMethods(@TempDir Path root) throws IOException {
        Path source = root.resolve("module/src/test/java/T.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, """
                @Shows("A-1")
                class T {
                    class Inner {
                        @Shows(value = {"B-1", "B-2"}, in = {World.EMBEDDED, SIMULATED})
                        void works() {}
                    }
                }
                """);

        assertThat(MarkReader.readAll(root))
                .containsExactly(
                        new Mark(root.relativize(source), "T", List.of("A-1"), EnumSet.noneOf(World.class)),
                        new Mark(
                                root.relativize(source),
                                "T.Inner.works",
                                List.of("B-1", "B-2"),
                                EnumSet.of(World.SIMULATED, World.EMBEDDED)));
    }
}
