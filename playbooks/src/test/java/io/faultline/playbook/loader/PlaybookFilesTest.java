package io.faultline.playbook.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.PlaybookLoader.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaybookFilesTest {
    @TempDir
    Path folder;

    @Test
    void loadsAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("plain.yaml"), PlaybookTexts.PLAIN);

        assertThat(PlaybookFiles.load(file)).isInstanceOf(Result.Loaded.class);
    }

    @Test
    void listsPlaybooksByName() throws IOException {
        Files.writeString(folder.resolve("b.yml"), "");
        Files.writeString(folder.resolve("a.yaml"), "");
        Files.writeString(folder.resolve("notes.txt"), "");
        Files.createDirectory(folder.resolve("c.yaml"));

        assertThat(PlaybookFiles.list(folder))
                .extracting(p -> p.getFileName().toString())
                .containsExactly("a.yaml", "b.yml");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThat(text(PlaybookFiles.load(folder.resolve("none.yaml"))))
                .isEqualTo("1:1: cannot read the file (NoSuchFile); check its name and rights");
    }

    @Test
    void readsNoMoreOfAHugeFileThanItMust() throws IOException {
        Path file = folder.resolve("huge.yaml");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(100_000_000);
        }

        assertThat(text(PlaybookFiles.load(file)))
                .isEqualTo("1:1: the file is larger than 256 KiB; a playbook is smaller");
    }

    @Test
    void refusesWhatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("latin.yaml"), "title: ä".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(text(PlaybookFiles.load(file))).isEqualTo("1:1: the file is not UTF-8; save it as UTF-8");
    }

    private static String text(Result result) {
        return ((Result.Invalid) result).problems().getFirst().text();
    }
}
