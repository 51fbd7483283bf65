package io.faultline.playbook.loader;

import io.faultline.playbook.model.Playbook;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Turns the text of a file into a [Playbook], or says everything that is wrong with it. Has no state and reads no
/// file; nothing in a text makes it throw, run long or take much memory.
public final class PlaybookLoader {
    /// Largest file: 256 KiB.
    public static final int BYTES_MAX = 256 * 1024;

    private PlaybookLoader() {}

    /// What came of it.
    public sealed interface Result {
        record Loaded(Playbook playbook) implements Result {}

        /// @param problems at least one, in the order of the file
        record Invalid(List<Problem> problems) implements Result {}
    }

    public static Result load(String text) {
        // A character takes at least one byte, so what is too long in characters need not be encoded to know.
        if (text.length() > BYTES_MAX || text.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            return tooLarge();
        }
        Problems problems = new Problems();
        Optional<YamlNode> root = YamlReader.read(text, problems);
        List<Playbook> read = root.isPresent() ? new DocumentReader(problems).read(root.get()) : List.of();
        return problems.isEmpty() && !read.isEmpty()
                ? new Result.Loaded(read.getFirst())
                : new Result.Invalid(problems.inOrder());
    }

    static Result tooLarge() {
        return new Result.Invalid(List.of(new Problem(1, 1, "the file is larger than 256 KiB; a playbook is smaller")));
    }
}
