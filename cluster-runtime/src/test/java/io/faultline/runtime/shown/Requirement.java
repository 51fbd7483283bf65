package io.faultline.runtime.shown;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/// A row of `docs/register.md`.
///
/// @param id such as `MIG-1`
/// @param group the heading it stands under
/// @param truth what must be true
/// @param worlds where; empty when the requirement is not about a running cluster
record Requirement(String id, String group, String truth, EnumSet<World> worlds) {

    /// Every row of the register, in its order.
    static List<Requirement> readRegister(Path register) throws IOException {
        List<Requirement> rows = new ArrayList<>();
        String group = "";
        for (String line : Files.readAllLines(register)) {
            if (line.startsWith("## ")) {
                group = line.substring(3).strip();
            } else if (line.startsWith("| ") && !line.startsWith("| ID ")) {
                rows.add(row(line, group));
            }
        }
        return rows;
    }

    private static Requirement row(String line, String group) {
        String[] cells = line.split("\\|", -1);
        if (cells.length != 5) {
            throw new IllegalArgumentException("the register has three columns, not so in: " + line);
        }
        EnumSet<World> worlds = EnumSet.noneOf(World.class);
        for (World world : World.values()) {
            if (cells[3].contains(world.letter())) {
                worlds.add(world);
            }
        }
        return new Requirement(cells[1].strip(), group, cells[2].strip(), worlds);
    }
}
