package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.faultline.runtime.engine.modelled.TokenModel.Answer;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.BpeTokenizer;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.text.TextStream;
import io.faultline.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenModelTest {
    private static final SamplingOptions SAMPLING = new SamplingOptions(0.7, 0.95, 42);

    static Stream<Tokenizer> tokenizers() {
        return Stream.of(new ByteTokenizer(), BpeTokenizer.cl100kBase());
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    @DisplayName("MIG-1: the answer goes on with the same tokens wherever it was cut")
    @Shows("MIG-1")
    void continuesTheSameAnswerFromAnyCut(Tokenizer tokenizer) {
        TokenModel model = new TokenModel(tokenizer);
        for (int seed = 0; seed < 20; seed++) {
            SamplingOptions sampling = new SamplingOptions(1.0, 1.0, seed);
            int[] prompt = tokenizer.encode("Tell me, number " + seed + ":\n");
            StopConditions stop = stop(300, seed % 2 == 0 ? 0 : 150);
            Answer whole = model.answer(prompt, stop, sampling);

            for (int cut = 0; cut <= whole.tokens().length; cut++) {
                int[] replay = Arrays.copyOf(prompt, prompt.length + cut);
                System.arraycopy(whole.tokens(), 0, replay, prompt.length, cut);
                Answer rest = model.answer(replay, stop.after(cut), sampling);

                assertThat(rest.tokens())
                        .as("seed %s cut at %s", seed, cut)
                        .isEqualTo(Arrays.copyOfRange(whole.tokens(), cut, whole.tokens().length));
                assertThat(rest.reason()).isEqualTo(whole.reason());
            }
        }
    }

    @Test
    void remembersInEachStateWhatThePromptSays() {
        TokenModel model = new TokenModel(BpeTokenizer.cl100kBase());
        RandomSource random = new RandomSource(8);
        int[] tokens = model.answer(new int[] {9}, endless(400), SAMPLING).tokens();
        for (int i = 0; i < tokens.length; i++) {
            if (random.nextBoolean(0.1)) {
                tokens[i] = random.nextInt(100_000);
            }
        }
        TokenModel.State stepwise = model.begin(new int[] {tokens[0]}, SAMPLING);
        for (int length = 1; length < tokens.length; length++) {
            TokenModel.State fresh = model.begin(Arrays.copyOf(tokens, length), SAMPLING);

            assertThat(stepwise.next(true)).as("length %s", length).isEqualTo(fresh.next(true));
            stepwise.accept(tokens[length]);
        }
    }

    @Test
    void answersDependOnEveryTokenOfThePromptAndOnTheSeed() {
        TokenModel model = new TokenModel(new ByteTokenizer());
        Set<List<Integer>> answers = new LinkedHashSet<>();
        int[] prompt = new ByteTokenizer().encode("one two three four five\n");
        for (int i = 0; i < prompt.length; i++) {
            int[] other = prompt.clone();
            other[i]++;
            answers.add(boxed(model.answer(other, endless(40), SAMPLING)));
        }
        for (int seed = 0; seed < 20; seed++) {
            answers.add(boxed(model.answer(prompt, endless(40), new SamplingOptions(0.7, 0.95, seed))));
        }

        assertThat(answers).hasSize(prompt.length + 20);
    }

    @Test
    void ignoresSeedAndNucleusAtTemperatureZero() {
        TokenModel model = new TokenModel(new ByteTokenizer());
        int[] prompt = {1, 2, 3};

        assertThat(model.answer(prompt, endless(50), new SamplingOptions(0, 0.5, 1))
                        .tokens())
                .isEqualTo(model.answer(prompt, endless(50), new SamplingOptions(0, 1.0, 2))
                        .tokens());
        assertThat(model.answer(prompt, endless(50), new SamplingOptions(1, 1.0, 1))
                        .tokens())
                .isNotEqualTo(model.answer(prompt, endless(50), new SamplingOptions(2, 1.0, 1))
                        .tokens())
                .isNotEqualTo(model.answer(prompt, endless(50), new SamplingOptions(1, 0.5, 1))
                        .tokens());
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void answersHaveTheMeanLengthAskedFor(Tokenizer tokenizer) {
        TokenModel model = new TokenModel(tokenizer, 200);
        long tokens = 0;
        int answers = 3_000;
        for (int seed = 0; seed < answers; seed++) {
            tokens += model.answer(new int[] {10}, stop(100_000, 0), new SamplingOptions(1, 1, seed))
                    .tokens()
                    .length;
        }

        assertThat((double) tokens / answers).isBetween(185.0, 215.0);
    }

    @Test
    void endsNeitherBeforeTheFewestTokensNorWhenTheEndIsIgnored() {
        TokenModel model = new TokenModel(new ByteTokenizer(), 1);
        int[] prompt = {10};
        int natural = model.answer(prompt, stop(10_000, 0), SAMPLING).tokens().length;

        assertThat(natural).isLessThan(200);
        assertThat(model.answer(prompt, stop(10_000, natural), SAMPLING).tokens())
                .hasSize(natural);
        assertThat(model.answer(prompt, stop(10_000, natural + 1), SAMPLING).tokens())
                .hasSizeGreaterThan(natural);
        assertThat(model.answer(prompt, endless(1_000), SAMPLING).tokens()).hasSize(1_000);
        assertThat(model.answer(prompt, endless(1_000), SAMPLING).reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void givesNothingWhenNothingIsAskedFor() {
        Answer answer = new TokenModel(new ByteTokenizer()).answer(new int[] {10}, stop(0, 0), SAMPLING);

        assertThat(answer.tokens()).isEmpty();
        assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void writesSentences() {
        String text = text(BpeTokenizer.cl100kBase(), "<|im_start|>assistant\n", 2_000);

        assertThat(sentences(text))
                .hasSizeGreaterThan(80)
                .allMatch(sentence -> sentence.matches("[A-Z][a-z]+( [a-z\\P{ASCII}]+,?){2,50}\\."));
        assertThat(Arrays.stream(text.split("\\W+")).distinct().count()).isGreaterThan(200);
    }

    @Test
    void writesPronounceableWordsWithBytes() {
        assertThat(sentences(text(new ByteTokenizer(), "assistant\n", 4_000)))
                .hasSizeGreaterThan(40)
                .allMatch(sentence -> sentence.matches("[A-Z][a-z]+,?( [a-z\\P{ASCII}]+,?){0,15}\\."));
    }

    /// What detokenizing, stop strings and migrations have to get right has to be there.
    @ParameterizedTest
    @MethodSource("tokenizers")
    void writesCharactersThatLieAcrossTokens(Tokenizer tokenizer) {
        String text = text(tokenizer, "assistant\n", 20_000);
        assertThat(text)
                .contains("caf\u00E9", "cre\u0300me", "\u4E1C\u4EAC\u5854", "\u0645\u0631\u062D\u0628\u0627")
                .contains("\uD83C\uDDEF\uD83C\uDDF5")
                .contains("\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66")
                .doesNotContain("\uFFFD");
        int[] family = tokenizer.encode("\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66");
        assertThat(family).hasSizeGreaterThan(4);
    }

    @Test
    void answersAPromptThatEndsWithAFullStop() {
        Tokenizer tokenizer = BpeTokenizer.cl100kBase();
        TokenModel model = new TokenModel(tokenizer, 14);
        int[] prompt = tokenizer.encode("Water boils at one hundred degrees.");

        for (int seed = 0; seed < 100; seed++) {
            assertThat(model.answer(prompt, stop(50, 0), new SamplingOptions(1, 1, seed))
                            .tokens())
                    .isNotEmpty();
        }
    }

    @Test
    void hasNoWordInTwoPlaces() {
        Stream<String[]> lists = Stream.of(
                Vocabulary.DETERMINERS,
                Vocabulary.ADJECTIVES,
                Vocabulary.NOUNS,
                Vocabulary.VERBS,
                Vocabulary.ADVERBS,
                Vocabulary.PREPOSITIONS,
                Vocabulary.CONJUNCTIONS);

        assertThat(lists.flatMap(list -> Arrays.stream(list).distinct()))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(250);
    }

    @Test
    void refusesAMeanOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenModel(new ByteTokenizer(), 0));
    }

    private static String text(Tokenizer tokenizer, String prompt, int tokens) {
        TextStream stream = new TextStream(tokenizer, endless(tokens));
        StringBuilder text = new StringBuilder();
        int[] answer = new TokenModel(tokenizer)
                .answer(tokenizer.encode(prompt), endless(tokens), SAMPLING)
                .tokens();
        for (int token : answer) {
            text.append(stream.accept(token));
        }
        return text.toString();
    }

    /// The complete ones.
    private static List<String> sentences(String text) {
        return List.of(text.substring(0, text.lastIndexOf('.') + 1).split("(?<=\\.)( |\n\n)"));
    }

    private static List<Integer> boxed(Answer answer) {
        return Arrays.stream(answer.tokens()).boxed().toList();
    }

    private static StopConditions stop(int maxTokens, int minTokens) {
        return new StopConditions(maxTokens, minTokens, false, List.of());
    }

    private static StopConditions endless(int maxTokens) {
        return new StopConditions(maxTokens, 0, true, List.of());
    }
}
