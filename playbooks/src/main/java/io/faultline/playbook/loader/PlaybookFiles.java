package io.faultline.playbook.loader;

import io.faultline.playbook.loader.PlaybookLoader.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Reads playbooks from files, never more than one byte over [PlaybookLoader#BYTES_MAX] of each. The only class of
/// this module that touches the file system; not to be called on a node's loop.
public final class PlaybookFiles {
    /// How many files of a directory are looked at.
    static final int FILES_MAX = 1_000;

    private PlaybookFiles() {}

    /// A file that could not be read is [Result.Invalid] at 1:1 with the reason.
    public static Result load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return decode(in.readNBytes(PlaybookLoader.BYTES_MAX + 1));
        } catch (IOException e) {
            return new Result.Invalid(
                    List.of(new Problem(1, 1, "cannot read the file (" + reason(e) + "); check its name and rights")));
        }
    }

    /// The `.yaml` and `.yml` files of a directory, by name.
    ///
    /// @throws IOException when the directory cannot be listed
    public static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(PlaybookFiles::isPlaybook)
                    .sorted()
                    .limit(FILES_MAX)
                    .toList();
        }
    }

    static Result decode(byte[] bytes) {
        if (bytes.length > PlaybookLoader.BYTES_MAX) {
            return PlaybookLoader.tooLarge();
        }
        try {
            return PlaybookLoader.load(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException _) {
            return new Result.Invalid(List.of(new Problem(1, 1, "the file is not UTF-8; save it as UTF-8")));
        }
    }

    private static boolean isPlaybook(Path file) {
        String name = file.toString();
        return (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "");
    }
}
