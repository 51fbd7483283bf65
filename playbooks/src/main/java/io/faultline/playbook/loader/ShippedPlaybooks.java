package io.faultline.playbook.loader;

import io.faultline.playbook.loader.PlaybookLoader.Result;
import io.faultline.playbook.model.Playbook;
import io.faultline.runtime.seam.Invariants;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The playbooks that come with Faultline, from the class path. A jar cannot be listed, so `playbooks/index` names
/// them, one a line.
public final class ShippedPlaybooks {
    private static final String FOLDER = "/playbooks/";
    /// The published JSON Schema, for editors.
    private static final String SCHEMA = "/schema/playbook.schema.json";

    private ShippedPlaybooks() {}

    /// Names, in the order in which they are best shown.
    public static List<String> names() {
        return resource(FOLDER + "index")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /// The file's text, or nothing when no playbook of that name is shipped.
    public static Optional<String> source(String name) {
        return names().contains(name) ? Optional.of(resource(FOLDER + name + ".yaml")) : Optional.empty();
    }

    public static Optional<Playbook> playbook(String name) {
        return source(name).map(text -> switch (PlaybookLoader.load(text)) {
            case Result.Loaded(Playbook playbook) -> playbook;
            case Result.Invalid(List<Problem> problems) ->
                throw Invariants.broken(
                        "the shipped playbook %s is wrong: %s",
                        name, problems.getFirst().text());
        });
    }

    public static String schema() {
        return resource(SCHEMA);
    }

    private static String resource(String path) {
        try (InputStream in = ShippedPlaybooks.class.getResourceAsStream(path)) {
            Invariants.check(in != null, "%s is missing from the class path", path);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + " from the class path", e);
        }
    }
}
