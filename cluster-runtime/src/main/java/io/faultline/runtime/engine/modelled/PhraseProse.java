package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;

/// Another prose with words of other scripts strewn in, each of several tokens: accents, combining marks, CJK,
/// right-to-left text, flags and joined emoji. Their characters, and what a reader takes for one, lie across token
/// borders, so that detokenizing, stop strings and migration meet them. The words are transparent: the other prose goes
/// on as if they were not there.
///
/// The words' tokens are a trie. The context is the other prose's in the low [#BASE_BITS] bits and the trie's node
/// above
/// them; node 0 is outside of a word.
final class PhraseProse implements Prose {
    private static final int BASE_BITS = 12;
    private static final int BASE_MASK = (1 << BASE_BITS) - 1;
    private static final long PHRASE_SALT = 0x3C6EF372FE94F82BL;
    private static final int PERCENT = 4;

    private static final String[] WORDS = {
        "caf\u00E9",
        "cre\u0300me",
        "\u4E1C\u4EAC\u5854",
        "\u3053\u3093\u306B\u3061\u306F",
        "\uC548\uB155",
        "\u0645\u0631\u062D\u0628\u0627",
        "\u05E9\u05DC\u05D5\u05DD",
        "\u0928\u092E\u0938\u094D\u0924\u0947",
        "\u03B6\u03C9\u03AE",
        "\u043C\u0438\u0440",
        "\uD83D\uDE80",
        "\uD83D\uDC4D\uD83C\uDFFD",
        "\uD83C\uDDEF\uD83C\uDDF5",
        "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66",
        "\uD83C\uDFF3\uFE0F\u200D\uD83C\uDF08"
    };

    private static final int[] NONE = {};

    private final Prose base;
    /// By token, the node after it outside of a word; 0 where no word begins.
    private final int[] begins;
    /// By node, the tokens that may follow, and the nodes after them.
    private int[][] childTokens = {NONE};
    private int[][] children = {NONE};
    private final BitSet tokens = new BitSet();

    private PhraseProse(Prose base, int vocabulary) {
        this.base = base;
        this.begins = new int[vocabulary];
    }

    /// @param before what stands before a word of this prose
    static Prose over(Prose base, Tokenizer tokenizer, String before) {
        PhraseProse prose = new PhraseProse(base, tokenizer.vocabulary());
        for (String word : WORDS) {
            int[] encoded = tokenizer.encode(before + word);
            // One that begins as the other prose goes on could not be told from it.
            if (base.forgets(encoded[0])) {
                prose.add(encoded);
            }
        }
        return prose;
    }

    private void add(int[] word) {
        int node = 0;
        for (int token : word) {
            int next = child(node, token);
            if (next == 0) {
                next = children.length;
                childTokens[node] = appended(childTokens[node], token);
                children[node] = appended(children[node], next);
                childTokens = Arrays.copyOf(childTokens, next + 1);
                children = Arrays.copyOf(children, next + 1);
                childTokens[next] = NONE;
                children[next] = NONE;
                if (node == 0) {
                    begins[token] = next;
                }
            }
            tokens.set(token);
            node = next;
        }
    }

    private static int[] appended(int[] array, int value) {
        int[] longer = Arrays.copyOf(array, array.length + 1);
        longer[array.length] = value;
        return longer;
    }

    private int child(int node, int token) {
        if (node == 0) {
            return token >= 0 && token < begins.length ? begins[token] : 0;
        }
        int[] follows = childTokens[node];
        for (int i = 0; i < follows.length; i++) {
            if (follows[i] == token) {
                return children[node][i];
            }
        }
        return 0;
    }

    @Override
    public int start() {
        return base.start();
    }

    @Override
    public int after(int context, int token) {
        int inner = context & BASE_MASK;
        int next = child(context >>> BASE_BITS, token);
        if (next == 0) {
            return base.after(inner, token);
        }
        return children[next].length == 0 ? inner : inner | next << BASE_BITS;
    }

    @Override
    public boolean forgets(int token) {
        return base.forgets(token) && (token < 0 || !tokens.get(token));
    }

    @Override
    public boolean endsSentence(int context) {
        return context >>> BASE_BITS == 0 && base.endsSentence(context);
    }

    @Override
    public boolean takesWord(int context) {
        return base.takesWord(context & BASE_MASK);
    }

    @Override
    public int next(int context, long draw) {
        int node = context >>> BASE_BITS;
        if (node != 0 || base.takesWord(context)) {
            long own = RandomSource.mix(draw ^ PHRASE_SALT);
            if (node != 0 || Draw.percent(own) < PERCENT) {
                return Draw.pick(childTokens[node], own);
            }
        }
        return base.next(context, draw);
    }
}
