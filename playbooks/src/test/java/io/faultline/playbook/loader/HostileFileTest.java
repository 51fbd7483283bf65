package io.faultline.playbook.loader;

import static io.faultline.playbook.loader.PlaybookTexts.PLAIN;
import static io.faultline.playbook.loader.PlaybookTexts.plainWith;
import static io.faultline.playbook.loader.PlaybookTexts.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.PlaybookLoader.Result;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are made to do harm, or that only look like YAML. None may cost more than reading it once.
@DisplayName("Reliability case 42: hostile playbooks are refused with a line number")
class HostileFileTest {

    @Test
    void refusesAnAliasBomb() {
        StringBuilder bomb = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (char c = 'b'; c <= 'z'; c++) {
            String before = "*" + (char) (c - 1);
            bomb.append(c).append(": &").append(c).append(" [");
            bomb.append(String.join(", ", java.util.Collections.nCopies(10, before)))
                    .append("]\n");
        }

        assertThat(problems(bomb.toString()))
                .contains("1:4: the anchor 'a' is not allowed; write values out")
                .contains("2:8: aliases (*name) are not allowed; write the value out");
    }

    @Test
    void refusesAnAnchorThatNobodyUses() {
        assertThat(problems(plainWith("title: A plain one", "title: &t A plain one")))
                .containsExactly("5:10: the anchor 't' is not allowed; write values out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void refusesDeepNesting(String open) {
        assertThat(problems(open.repeat(10_000))).hasSize(1).first().asString().contains("nested more than 50 deep");
    }

    @Test
    void refusesDeepNestingInBlocks() {
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            deep.append(" ".repeat(i)).append("a:\n");
        }

        assertThat(problems(deep.toString())).containsExactly("51:51: nested more than 50 deep; a playbook is flatter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://127.0.0.1\"]]]]",
                "!!str text",
                "!local text",
                "! text"
            })
    void refusesTags(String value) {
        assertThat(problems(plainWith("title: A plain one", "title: " + value)))
                .isNotEmpty()
                .first()
                .asString()
                .startsWith("5:10: the tag ");
    }

    @Test
    void refusesDirectives() {
        assertThat(problems("%TAG !e! tag:example.com,2000:\n---\n" + PLAIN))
                .containsExactly("1:1: directives (%) are not allowed; remove them");
        assertThat(problems("%YAML 1.2\n---\n" + PLAIN))
                .containsExactly("1:1: directives (%) are not allowed; remove them");
        assertThat(problems("---\n" + PLAIN)).isEmpty();
    }

    @Test
    void refusesMergeKeys() {
        assertThat(problems(plainWith("  title: A plain one", "  <<: {difficulty: 3}\n  title: A plain one")))
                .containsExactly("5:3: merge keys (<<) are not allowed; write the values out");
    }

    @Test
    void refusesDuplicateKeys() {
        assertThat(problems(plainWith("  title: A plain one", "  title: A plain one\n  title: Another")))
                .containsExactly("6:3: the key 'title' is here twice, first in line 5; keep one");
    }

    @Test
    void refusesTabs() {
        assertThat(problems(plainWith("  title: A plain one", "\ttitle: A plain one")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("5:1: ");
    }

    @Test
    void refusesASecondDocument() {
        assertThat(problems(PLAIN + "---\n" + PLAIN))
                .hasSize(1)
                .first()
                .asString()
                .contains("a second document");
    }

    @Test
    void refusesListsAsKeys() {
        assertThat(problems("? [a, b]\n: c\n")).containsExactly("1:3: a list or mapping cannot be a key; give a name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "# only a comment", "---", "...", "text", "[]", "42", "null"})
    void refusesWhatIsNoMapping(String text) {
        assertThat(problems(text)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "a: {b", "a: 'b", "a: \"\\q\"", "a: b: c", "- a\nb: c", "@a", "%", "a: |9x"})
    void saysWhereTheYamlBreaks(String text) {
        assertThat(problems(text)).hasSize(1).first().asString().matches("[0-9]+:[0-9]+: .*");
    }

    @Test
    void refusesCharactersThatYamlDoesNotAllow() {
        assertThat(problems("a: b\nc: d\u0000e\n"))
                .containsExactly("2:5: a character that YAML does not allow; remove it");
    }

    @Test
    void keepsEscapeSequencesOutOfTexts() {
        assertThat(problems(plainWith("title: A plain one", "title: \"a\\e[31mred\"")))
                .containsExactly("5:10: title of metadata contains a control character; remove it");
    }

    @Test
    void refusesAHugeTextAtOnce() {
        // 100 MB: refused by its length, before a single character is parsed.
        assertThat(problems("x".repeat(100_000_000)))
                .containsExactly("1:1: the file is larger than 256 KiB; a playbook is smaller");
    }

    @Test
    void countsBytesNotCharacters() {
        assertThat(problems("# " + "ä".repeat(PlaybookLoader.BYTES_MAX / 2)))
                .containsExactly("1:1: the file is larger than 256 KiB; a playbook is smaller");
    }

    @Test
    void refusesTooManyEntries() {
        assertThat(problems("- a\n".repeat(50_000)))
                .hasSize(1)
                .first()
                .asString()
                .contains("more than 20000 entries");
    }

    @Test
    void findsNothingToDoInRandomlyDamagedFiles() {
        // Cuts, doubles and overwrites bytes of a good file: whatever comes of it, the loader answers.
        Random random = new Random(42);
        int loaded = 0;
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder(PLAIN);
            for (int edit = 0; edit <= random.nextInt(3); edit++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(128));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, "&*!{}[]:-?|>%@`\"'#, \n\t".charAt(random.nextInt(22)));
                }
            }
            loaded += PlaybookLoader.load(text.toString()) instanceof Result.Loaded ? 1 : 0;
        }

        assertThat(loaded).isBetween(1, 1_999);
    }
}
