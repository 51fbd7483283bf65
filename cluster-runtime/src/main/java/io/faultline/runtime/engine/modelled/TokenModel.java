package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/// The "weights" of the modelled engine. The next token, and whether the answer ends instead, is a pure function of
/// all tokens so far (prompt and answer alike) and of the sampling options: a prompt continued with the part of the
/// answer that was delivered goes on with exactly the same tokens, on any worker. So every output can be checked
/// against [#answer] (MIG-1).
///
/// Sampling: at temperature 0 the seed and `topP` play no part; otherwise seed, temperature and `topP` together
/// choose one of 2^64 continuations. An answer ends where a sentence of its own ends, after [#meanAnswerTokens]
/// tokens on average; not before the conditions' `minTokens`, and not at all when they say so. The model ends an
/// answer without emitting a token.
///
/// Immutable, safe to share; a [State] belongs to one sequence.
public final class TokenModel {
    /// What [State#next] says instead of a token when the answer ends.
    public static final int END = -1;

    public static final int MEAN_ANSWER_TOKENS = 220;

    private static final long END_SALT = 0x6A09E667F3BCC909L;
    private static final long GREEDY = 0xBB67AE8584CAA73BL;
    private static final int SENTENCES_MEASURED = 1_000;

    private final Prose prose;
    private final int meanAnswerTokens;
    /// Probability, in units of 2^-32, that an answer ends with a sentence.
    private final long endThreshold;

    /// @param meanAnswerTokens mean length of an answer, at least 1; lengths below a sentence's come out as a
    /// sentence's
    public TokenModel(Tokenizer tokenizer, int meanAnswerTokens) {
        if (meanAnswerTokens < 1) {
            throw new IllegalArgumentException("a mean answer has at least 1 token, not " + meanAnswerTokens);
        }
        this.prose = proseOf(tokenizer);
        this.meanAnswerTokens = meanAnswerTokens;
        double share = Math.min(1.0, meanSentenceTokens() / meanAnswerTokens);
        this.endThreshold = (long) (share * 0x1.0p32);
    }

    /// The model with answers of the default mean length.
    public TokenModel(Tokenizer tokenizer) {
        this(tokenizer, MEAN_ANSWER_TOKENS);
    }

    public int meanAnswerTokens() {
        return meanAnswerTokens;
    }

    /// An answer and why it ended.
    /// @param tokens must not be changed
    public record Answer(int[] tokens, FinishReason reason) {}

    /// The whole answer that an undisturbed engine gives.
    public Answer answer(int[] prompt, StopConditions stop, SamplingOptions sampling) {
        State state = begin(prompt, sampling);
        int[] tokens = new int[Math.min(stop.maxTokens(), 64)];
        for (int produced = 0; produced < stop.maxTokens(); produced++) {
            int token = state.next(mayEnd(stop, produced));
            if (token == END) {
                return new Answer(Arrays.copyOf(tokens, produced), FinishReason.STOP);
            }
            state.accept(token);
            if (produced == tokens.length) {
                tokens = Arrays.copyOf(tokens, Math.min(stop.maxTokens(), produced * 2));
            }
            tokens[produced] = token;
        }
        return new Answer(tokens, FinishReason.LENGTH);
    }

    /// Whether the model may end an answer that has `produced` tokens.
    public static boolean mayEnd(StopConditions stop, int produced) {
        return !stop.ignoreEos() && produced >= stop.minTokens();
    }

    /// The state after a prompt.
    public State begin(int[] prompt, SamplingOptions sampling) {
        return new State(prompt, choice(sampling));
    }

    private static long choice(SamplingOptions sampling) {
        if (sampling.temperature() == 0) {
            return GREEDY;
        }
        long choice = RandomSource.mix(sampling.seed() + TokenHash.EMPTY);
        choice = RandomSource.mix(choice ^ Double.doubleToLongBits(sampling.temperature()));
        return RandomSource.mix(choice + Double.doubleToLongBits(sampling.topP()));
    }

    private static Prose proseOf(Tokenizer tokenizer) {
        Optional<WordProse> words = WordProse.of(tokenizer);
        if (words.isPresent()) {
            return PhraseProse.over(words.get(), tokenizer, " ");
        }
        LetterProse letters = LetterProse.of(tokenizer)
                .orElseThrow(() ->
                        new IllegalArgumentException("the tokeniser has neither words nor letters of one token each"));
        return PhraseProse.over(letters, tokenizer, "");
    }

    private double meanSentenceTokens() {
        State state = new State(new int[0], GREEDY);
        int sentences = 0;
        int tokens = 0;
        while (sentences < SENTENCES_MEASURED) {
            state.accept(state.next(false));
            tokens++;
            if (prose.endsSentence(state.context)) {
                sentences++;
            }
        }
        return (double) tokens / sentences;
    }

    /// What the model remembers of one sequence, in constant space. Confined to the engine's loop.
    public final class State {
        private final long choice;
        private long hash = TokenHash.EMPTY;
        private int context = prose.start();
        /// Of the text without its last token.
        private long previousHash = TokenHash.EMPTY;

        private int previousContext = prose.start();
        private int last = END;

        private State(int[] prompt, long choice) {
            this.choice = choice;
            int length = prompt.length;
            if (length == 0) {
                return;
            }
            // The grammar needs the text from the last token that makes it forget what came before.
            int from = Math.max(0, length - 2);
            while (from > 0 && !prose.forgets(prompt[from])) {
                from--;
            }
            for (int i = from; i < length - 1; i++) {
                context = prose.after(context, prompt[i]);
            }
            hash = TokenHash.extend(hash, prompt, 0, length - 1);
            accept(prompt[length - 1]);
        }

        /// The next token, or [TokenModel#END]. Changes nothing.
        public int next(boolean mayEnd) {
            long draw = RandomSource.mix(hash ^ choice);
            if (mayEnd && endsHere(draw)) {
                return END;
            }
            return prose.next(context, draw);
        }

        /// Appends a token.
        public void accept(int token) {
            previousHash = hash;
            previousContext = context;
            last = token;
            hash = TokenHash.extend(hash, token);
            context = prose.after(context, token);
        }

        /// Where a sentence of the model's own ends: a prompt that ends with a full stop of its author's is
        /// answered, although nothing tells the model where the prompt ends.
        private boolean endsHere(long draw) {
            return prose.endsSentence(context)
                    && RandomSource.mix(draw ^ END_SALT) >>> 32 < endThreshold
                    && prose.next(previousContext, RandomSource.mix(previousHash ^ choice)) == last;
        }
    }
}
