package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/// Plain English sentences, one token a word: "The quiet river carries every lamp toward the old harbor." Uses
/// those words of [Vocabulary] that are a single token of the tokeniser.
///
/// The context is the kind of the last token, whether the clause has its verb, and the words in the sentence so
/// far.
final class WordProse implements Prose {
    private static final int OTHER = 0;
    private static final int BREAK = 1;
    private static final int OPENER = 2;
    private static final int STARTER = 3;
    private static final int DETERMINER = 4;
    private static final int ADJECTIVE = 5;
    private static final int NOUN = 6;
    private static final int VERB = 7;
    private static final int ADVERB = 8;
    private static final int PREPOSITION = 9;
    private static final int COMMA = 10;
    private static final int CONJUNCTION = 11;
    private static final int STOP = 12;
    private static final int KINDS = 13;

    private static final int KIND_MASK = 0xF;
    private static final int VERB_SEEN = 0x10;
    private static final int WORDS_SHIFT = 5;
    private static final int WORDS_MAX = 31;
    /// From so many words a sentence ends at the next noun, or gets its verb at once.
    private static final int WORDS_ENOUGH = 16;

    private static final int WORDS_FEW = 6;

    private final int[][] tokensOf;
    private final byte[] kindOf;

    private WordProse(int[][] tokensOf, byte[] kindOf) {
        this.tokensOf = tokensOf;
        this.kindOf = kindOf;
    }

    /// Empty if the tokeniser does not have words for every place in a sentence.
    static Optional<WordProse> of(Tokenizer tokenizer) {
        int[][] tokensOf = new int[KINDS][];
        tokensOf[OTHER] = new int[0];
        tokensOf[BREAK] = single(tokenizer, "", "\n\n");
        tokensOf[OPENER] = single(tokenizer, "", Vocabulary.STARTERS);
        tokensOf[STARTER] = single(tokenizer, " ", Vocabulary.STARTERS);
        tokensOf[DETERMINER] = single(tokenizer, " ", Vocabulary.DETERMINERS);
        tokensOf[ADJECTIVE] = single(tokenizer, " ", Vocabulary.ADJECTIVES);
        tokensOf[NOUN] = single(tokenizer, " ", Vocabulary.NOUNS);
        tokensOf[VERB] = single(tokenizer, " ", Vocabulary.VERBS);
        tokensOf[ADVERB] = single(tokenizer, " ", Vocabulary.ADVERBS);
        tokensOf[PREPOSITION] = single(tokenizer, " ", Vocabulary.PREPOSITIONS);
        tokensOf[COMMA] = single(tokenizer, "", ",");
        tokensOf[CONJUNCTION] = single(tokenizer, " ", Vocabulary.CONJUNCTIONS);
        tokensOf[STOP] = single(tokenizer, "", ".");
        byte[] kindOf = new byte[tokenizer.vocabulary()];
        markBreaks(tokenizer, kindOf);
        for (int kind = BREAK; kind < KINDS; kind++) {
            if (tokensOf[kind].length == 0) {
                return Optional.empty();
            }
            for (int token : tokensOf[kind]) {
                kindOf[token] = (byte) kind;
            }
        }
        return Optional.of(new WordProse(tokensOf, kindOf));
    }

    @Override
    public int start() {
        return BREAK;
    }

    @Override
    public int after(int context, int token) {
        int kind = kind(token);
        return switch (kind) {
            case OTHER -> OTHER | VERB_SEEN;
            case BREAK, STOP, OPENER, STARTER -> kind;
            case VERB -> longer(context, kind, VERB_SEEN);
            case CONJUNCTION -> longer(context, kind, 0);
            default -> longer(context, kind, context & VERB_SEEN);
        };
    }

    @Override
    public boolean forgets(int token) {
        int kind = kind(token);
        return kind == OTHER || kind == BREAK || kind == STOP || kind == OPENER || kind == STARTER;
    }

    @Override
    public boolean endsSentence(int context) {
        return (context & KIND_MASK) == STOP;
    }

    @Override
    public boolean takesWord(int context) {
        int kind = context & KIND_MASK;
        return kind == NOUN || kind == VERB || kind == ADVERB;
    }

    @Override
    public int next(int context, long draw) {
        return Draw.pick(tokensOf[nextKind(context, Draw.percent(draw))], draw);
    }

    private static int nextKind(int context, int percent) {
        return switch (context & KIND_MASK) {
            case BREAK -> OPENER;
            case STOP -> percent < 12 ? BREAK : STARTER;
            case OPENER, STARTER, DETERMINER -> percent < 45 ? ADJECTIVE : NOUN;
            case ADJECTIVE -> percent < 10 ? ADJECTIVE : NOUN;
            case NOUN -> afterNoun(context, percent);
            case VERB -> percent < 60 ? DETERMINER : percent < 85 ? PREPOSITION : ADVERB;
            case ADVERB -> PREPOSITION;
            case COMMA -> CONJUNCTION;
            default -> DETERMINER;
        };
    }

    private static int afterNoun(int context, int percent) {
        int words = context >>> WORDS_SHIFT;
        if ((context & VERB_SEEN) == 0) {
            return percent < 70 || words >= WORDS_ENOUGH ? VERB : PREPOSITION;
        }
        if (words >= WORDS_ENOUGH) {
            return STOP;
        }
        if (words < WORDS_FEW) {
            return percent < 50 ? PREPOSITION : percent < 75 ? CONJUNCTION : STOP;
        }
        return percent < 45 ? STOP : percent < 70 ? COMMA : percent < 90 ? PREPOSITION : CONJUNCTION;
    }

    private static int longer(int context, int kind, int verbSeen) {
        int words = Math.min(WORDS_MAX, (context >>> WORDS_SHIFT) + 1);
        return kind | verbSeen | (words << WORDS_SHIFT);
    }

    private int kind(int token) {
        return token >= 0 && token < kindOf.length ? kindOf[token] : OTHER;
    }

    private static int[] single(Tokenizer tokenizer, String before, String... words) {
        return Arrays.stream(words)
                .map(word -> tokenizer.encode(before + word))
                .filter(tokens -> tokens.length == 1)
                .mapToInt(tokens -> tokens[0])
                .toArray();
    }

    /// After any token that ends a line, as a chat template's last one does, a text opens anew.
    private static void markBreaks(Tokenizer tokenizer, byte[] kindOf) {
        for (int token = 0; token < kindOf.length; token++) {
            byte[] bytes = tokenizer.bytes(token);
            if (bytes.length > 0 && bytes[bytes.length - 1] == '\n') {
                kindOf[token] = BREAK;
            }
        }
    }
}
