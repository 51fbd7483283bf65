package io.faultline.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TextStreamTest {
    private static final int MAX_TOKENS = 1_000;

    @Test
    void releasesTextAtOnceWhenNothingCanStopIt() {
        TextStream stream = stream(new Pieces("Hello", " world"), 0);

        assertThat(stream.accept(0)).isEqualTo("Hello");
        assertThat(stream.accept(1)).isEqualTo(" world");
        assertThat(stream.finish()).isEmpty();
        assertThat(stream.stopped()).isFalse();
        assertThat(stream.tokens()).isEqualTo(2);
    }

    @Test
    void holdsBackTheStartOfAStopString() {
        TextStream stream = stream(new Pieces("one E", "N", "D two"), 0, "END");

        assertThat(stream.accept(0)).isEqualTo("one ");
        assertThat(stream.accept(1)).isEmpty();
        assertThat(stream.accept(2)).isEmpty();
        assertThat(stream.stopped()).isTrue();
        assertThat(stream.finish()).isEmpty();
    }

    @Test
    void releasesTheTextBeforeAStopStringInTheSameToken() {
        TextStream stream = stream(new Pieces("one END two"), 0, "END");

        assertThat(stream.accept(0)).isEqualTo("one ");
        assertThat(stream.stopped()).isTrue();
    }

    @Test
    void releasesHeldTextThatTurnsOutHarmless() {
        TextStream stream = stream(new Pieces("one E", "N", "ough"), 0, "END");
        stream.accept(0);
        stream.accept(1);

        assertThat(stream.accept(2)).isEqualTo("ENough");
        assertThat(stream.stopped()).isFalse();
    }

    @Test
    void givesTheHeldTextBackWhenTheAnswerEnds() {
        TextStream stream = stream(new Pieces("one EN"), 0, "END");

        assertThat(stream.accept(0)).isEqualTo("one ");
        assertThat(stream.finish()).isEqualTo("EN");
        assertThat(stream.finish()).isEmpty();
    }

    @Test
    void keepsAPartialMatchInsideAFailedOne() {
        TextStream stream = stream(new Pieces("aaab", "x"), 0, "aab");

        assertThat(stream.accept(0)).isEqualTo("a");
        assertThat(stream.stopped()).isTrue();
    }

    @Test
    void stopsAtTheStringThatIsCompleteFirst() {
        TextStream stream = stream(new Pieces("abcdef"), 0, "abcde", "cd");

        assertThat(stream.accept(0)).isEqualTo("ab");
        assertThat(stream.stopped()).isTrue();
    }

    @Test
    void takesTheLongerOfTwoStringsCompleteAtTheSamePlace() {
        TextStream stream = stream(new Pieces("xabcd"), 0, "cd", "abcd");

        assertThat(stream.accept(0)).isEqualTo("x");
    }

    @Test
    void ignoresTokensAfterTheStop() {
        TextStream stream = stream(new Pieces("END", "more"), 0, "END");
        stream.accept(0);

        assertThat(stream.accept(1)).isEmpty();
        assertThat(stream.finish()).isEmpty();
        assertThat(stream.tokens()).isEqualTo(1);
    }

    @Test
    void findsAStopStringWhoseCharacterIsCutBetweenTokens() {
        byte[] utf8 = "go ⏹ on".getBytes(StandardCharsets.UTF_8);
        TextStream stream = stream(Pieces.of(utf8, 4), 0, "⏹");

        assertThat(stream.accept(0)).isEqualTo("go ");
        assertThat(stream.accept(1)).isEmpty();
        assertThat(stream.stopped()).isTrue();
    }

    @Test
    void ignoresAStopStringThatIsCompleteWithinTheFirstTokens() {
        TextStream stream = stream(new Pieces("END", " and ", "END"), 2, "END");

        assertThat(stream.accept(0)).isEqualTo("END");
        assertThat(stream.accept(1)).isEqualTo(" and ");
        assertThat(stream.accept(2)).isEmpty();
        assertThat(stream.stopped()).isTrue();
    }

    @Test
    void countsAStopStringThatBeginsWithinTheFirstTokensAndEndsAfterThem() {
        TextStream stream = stream(new Pieces("xE", "ND"), 1, "END");

        assertThat(stream.accept(0)).isEqualTo("x");
        assertThat(stream.accept(1)).isEmpty();
        assertThat(stream.stopped()).isTrue();
    }

    @Test
    void neverMatchesAnEmptyStopString() {
        TextStream stream = stream(new Pieces("text"), 0, "");

        assertThat(stream.accept(0)).isEqualTo("text");
        assertThat(stream.stopped()).isFalse();
    }

    /// Goal: released pieces and tail are the text up to the first complete stop string, however the text is cut
    /// into tokens. Method: random texts over a small alphabet (so that partial matches abound) with characters of
    /// one to four bytes, random cuts inside characters, random stop strings and `minTokens`, against a search
    /// of the whole text that knows nothing of automata.
    @Test
    @DisplayName("MIG-4: text and stop strings do not depend on how the answer is cut into tokens")
    @Shows("MIG-4")
    void releasesExactlyTheTextBeforeTheFirstStopWhateverTheCut() {
        RandomSource random = new RandomSource(4);
        int stops = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] utf8 = text(random, random.nextInt(40)).getBytes(StandardCharsets.UTF_8);
            Pieces pieces = Pieces.of(utf8, random);
            List<String> stopStrings = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                stopStrings.add(text(random, 1 + random.nextInt(4)));
            }
            int minTokens = random.nextBoolean(0.5) ? 0 : random.nextInt(6);

            TextStream stream = stream(pieces, minTokens, stopStrings.toArray(String[]::new));
            StringBuilder released = new StringBuilder();
            for (int token = 0; token < pieces.vocabulary() && !stream.stopped(); token++) {
                released.append(stream.accept(token));
            }
            released.append(stream.finish());

            Reference reference = Reference.of(pieces, stopStrings, minTokens);
            String round2 = "round " + round + ": stops " + stopStrings + ", min " + minTokens;
            assertThat(released).as(round2).hasToString(reference.text);
            assertThat(stream.stopped()).as(round2).isEqualTo(reference.stopped);
            stops += reference.stopped ? 1 : 0;
        }
        assertThat(stops).as("rounds that stopped").isBetween(5_000, 15_000);
    }

    private static TextStream stream(Pieces pieces, int minTokens, String... stopStrings) {
        return new TextStream(pieces, new StopConditions(MAX_TOKENS, minTokens, false, List.of(stopStrings)));
    }

    private static String text(RandomSource random, int characters) {
        String[] alphabet = {"a", "b", "c", "é", "€", "😀"};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < characters; i++) {
            text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    /// The definition, by search: the first place at which a stop string ends that is past the text of the first
    /// `minTokens` tokens, and the longest such string there.
    private record Reference(String text, boolean stopped) {
        static Reference of(Pieces pieces, List<String> stopStrings, int minTokens) {
            String whole = decoded(pieces, pieces.vocabulary());
            int free = decoded(pieces, Math.min(minTokens, pieces.vocabulary())).length();
            for (int end = free + 1; end <= whole.length(); end++) {
                int longest = 0;
                for (String stop : stopStrings) {
                    if (whole.substring(0, end).endsWith(stop)) {
                        longest = Math.max(longest, stop.length());
                    }
                }
                if (longest > 0) {
                    return new Reference(whole.substring(0, end - longest), true);
                }
            }
            return new Reference(whole, false);
        }

        /// The complete characters in the first tokens.
        private static String decoded(Pieces pieces, int tokens) {
            StringBuilder text = new StringBuilder();
            Utf8Decoder decoder = new Utf8Decoder();
            for (int token = 0; token < tokens; token++) {
                decoder.accept(pieces.bytes(token), text::appendCodePoint);
            }
            return text.toString();
        }
    }
}
