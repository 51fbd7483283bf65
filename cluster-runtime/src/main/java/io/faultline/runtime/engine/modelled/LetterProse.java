package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.text.Tokenizer;
import java.util.Optional;

/// Pronounceable made-up words, one token a letter: "Mota ledira sonu, pa kelo." For tokenisers whose tokens are
/// too small for words.
///
/// The context is the kind of the last token, the letters in the word and the words in the sentence so far.
final class LetterProse implements Prose {
    private static final int OTHER = 0;
    private static final int BREAK = 1;
    private static final int SPACE = 2;
    private static final int CONSONANT = 3;
    private static final int VOWEL = 4;
    private static final int COMMA = 5;
    private static final int STOP = 6;
    private static final int CAPITAL = 7;
    private static final int KINDS = 8;

    private static final int KIND_MASK = 0x7;
    private static final int LETTERS_SHIFT = 3;
    private static final int LETTERS_MAX = 15;
    private static final int WORDS_SHIFT = 7;
    private static final int WORDS_MAX = 31;
    private static final int WORDS_ENOUGH = 12;
    private static final int WORDS_FEW = 4;
    private static final int LETTERS_ENOUGH = 7;

    private final int[][] tokensOf;
    private final byte[] kindOf;

    private LetterProse(int[][] tokensOf, byte[] kindOf) {
        this.tokensOf = tokensOf;
        this.kindOf = kindOf;
    }

    /// Empty if a letter is not a single token.
    static Optional<LetterProse> of(Tokenizer tokenizer) {
        String[] letters = {"", "\n", " ", "bdfghklmnprstvw", "aeiou", ",", ".", "BDFGHKLMNPRSTVW"};
        int[][] tokensOf = new int[KINDS][];
        byte[] kindOf = new byte[tokenizer.vocabulary()];
        for (int kind = OTHER; kind < KINDS; kind++) {
            tokensOf[kind] = tokenizer.encode(letters[kind]);
            if (tokensOf[kind].length != letters[kind].length()) {
                return Optional.empty();
            }
            for (int token : tokensOf[kind]) {
                kindOf[token] = (byte) kind;
            }
        }
        return Optional.of(new LetterProse(tokensOf, kindOf));
    }

    @Override
    public int start() {
        return BREAK;
    }

    @Override
    public int after(int context, int token) {
        int letters = (context >>> LETTERS_SHIFT) & LETTERS_MAX;
        int words = context >>> WORDS_SHIFT;
        int kind = token >= 0 && token < kindOf.length ? kindOf[token] : OTHER;
        return switch (kind) {
            case OTHER, BREAK, STOP -> kind;
            case SPACE -> kind(kind, 0, afterStop(context) ? 0 : words + 1);
            case COMMA -> kind(kind, 0, words);
            default -> kind(kind, letters + 1, words);
        };
    }

    @Override
    public boolean forgets(int token) {
        int kind = token >= 0 && token < kindOf.length ? kindOf[token] : OTHER;
        return kind == OTHER || kind == BREAK || kind == STOP;
    }

    @Override
    public boolean endsSentence(int context) {
        return (context & KIND_MASK) == STOP;
    }

    @Override
    public boolean takesWord(int context) {
        return (context & KIND_MASK) == SPACE && context >>> WORDS_SHIFT > 0;
    }

    @Override
    public int next(int context, long draw) {
        return Draw.pick(tokensOf[nextKind(context, Draw.percent(draw))], draw);
    }

    private static int nextKind(int context, int percent) {
        int letters = (context >>> LETTERS_SHIFT) & LETTERS_MAX;
        int words = context >>> WORDS_SHIFT;
        return switch (context & KIND_MASK) {
            case BREAK -> CAPITAL;
            case SPACE -> words == 0 ? CAPITAL : CONSONANT;
            case CONSONANT, CAPITAL -> VOWEL;
            case VOWEL -> letters >= LETTERS_ENOUGH || percent < 45 ? afterWord(words, percent) : CONSONANT;
            default -> SPACE;
        };
    }

    private static int afterWord(int words, int percent) {
        if (words >= WORDS_ENOUGH) {
            return STOP;
        }
        return words < WORDS_FEW || percent >= 12 ? SPACE : percent < 6 ? STOP : COMMA;
    }

    private static boolean afterStop(int context) {
        return (context & KIND_MASK) == STOP;
    }

    private static int kind(int kind, int letters, int words) {
        return kind | (Math.min(LETTERS_MAX, letters) << LETTERS_SHIFT) | (Math.min(WORDS_MAX, words) << WORDS_SHIFT);
    }
}
