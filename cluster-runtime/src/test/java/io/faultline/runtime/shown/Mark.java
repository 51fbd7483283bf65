package io.faultline.runtime.shown;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;

/// One [Shows] found in a source file.
///
/// @param source the file, relative to the project's root
/// @param test `Class` or `Class.method`
/// @param ids the requirements it names, in the order written
/// @param worlds where it shows them; empty for a test of one part alone
record Mark(Path source, String test, List<String> ids, EnumSet<World> worlds) {

    /// A link to the test for a page in `docs`.
    String link() {
        return "[" + test + "](../" + source.toString().replace('\\', '/') + ")";
    }
}
