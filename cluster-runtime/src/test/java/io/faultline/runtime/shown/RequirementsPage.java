package io.faultline.runtime.shown;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes `docs/requirements.md` from `docs/register.md` and the [Shows] marks in the test sources. Needs no build:
///
/// ```
/// java cluster-runtime/src/test/java/io/faultline/runtime/shown/RequirementsPage.java
/// ```
public final class RequirementsPage {

    static final String COMMAND = "java cluster-runtime/src/test/java/io/faultline/runtime/shown/RequirementsPage.java";
    private static final String NOT_YET = "*not yet*";

    private final List<Requirement> requirements;
    private final Map<String, List<Mark>> marksById = new LinkedHashMap<>();

    RequirementsPage(List<Requirement> requirements, List<Mark> marks) {
        this.requirements = requirements;
        requirements.forEach(each -> marksById.put(each.id(), new ArrayList<>()));
        for (Mark mark : marks) {
            for (String id : mark.ids()) {
                List<Mark> known = marksById.get(id);
                if (known == null) {
                    throw new IllegalArgumentException(mark.test() + " shows " + id + ", which is not in the register");
                }
                known.add(mark);
            }
        }
    }

    /// Writes the page of the project in the working directory.
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of("").toAbsolutePath();
        Files.writeString(pageOf(root), ofProject(root).text());
    }

    static RequirementsPage ofProject(Path root) throws IOException {
        return new RequirementsPage(
                Requirement.readRegister(root.resolve("docs/register.md")), MarkReader.readAll(root));
    }

    static Path pageOf(Path root) {
        return root.resolve("docs/requirements.md");
    }

    String text() {
        StringBuilder page = new StringBuilder();
        page.append("# Where each requirement is shown\n\n");
        page.append(
                "Made from [the register](register.md) and the `@Shows` marks of the tests; do not edit. Make anew:\n\n");
        page.append("```\n").append(COMMAND).append("\n```\n\n");
        page.append(
                "**S** simulated, in virtual time · **E** embedded, real threads in one JVM · **D** a process per ");
        page.append("component · *parts*: tests of one\npart alone. `-`: the register does not ask for it there.\n\n");
        page.append(requirements.stream().filter(this::isShownEverywhere).count())
                .append(" of ")
                .append(requirements.size())
                .append(" are shown in every world that they name.\n");
        String group = "";
        for (Requirement requirement : requirements) {
            if (!requirement.group().equals(group)) {
                group = requirement.group();
                page.append("\n## ").append(group).append("\n\n");
                page.append("| ID | Must be true | S | E | D | Parts |\n|---|---|---|---|---|---|\n");
            }
            page.append(row(requirement)).append('\n');
        }
        return page.toString();
    }

    private String row(Requirement requirement) {
        StringBuilder row = new StringBuilder("| " + requirement.id() + " | " + requirement.truth() + " |");
        for (World world : World.values()) {
            String shown = tests(requirement, Set.of(world));
            String absent = requirement.worlds().contains(world) ? NOT_YET : "-";
            row.append(' ').append(shown.isEmpty() ? absent : shown).append(" |");
        }
        String parts = tests(requirement, Set.of());
        boolean isAskedNowhere = requirement.worlds().isEmpty();
        return row.append(' ')
                .append(parts.isEmpty() ? (isAskedNowhere ? NOT_YET : "-") : parts)
                .append(" |")
                .toString();
    }

    private String tests(Requirement requirement, Set<World> worlds) {
        return marks(requirement)
                .filter(mark -> worlds.isEmpty()
                        ? mark.worlds().isEmpty()
                        : mark.worlds().containsAll(worlds))
                .map(Mark::link)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining("<br>"));
    }

    /// A requirement that names no world is shown by any test.
    private boolean isShownEverywhere(Requirement requirement) {
        EnumSet<World> shown = EnumSet.noneOf(World.class);
        marks(requirement).forEach(mark -> shown.addAll(mark.worlds()));
        return marks(requirement).findAny().isPresent() && shown.containsAll(requirement.worlds());
    }

    private Stream<Mark> marks(Requirement requirement) {
        return marksById.getOrDefault(requirement.id(), List.of()).stream();
    }
}
