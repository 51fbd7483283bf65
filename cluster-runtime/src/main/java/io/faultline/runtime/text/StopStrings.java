package io.faultline.runtime.text;

import java.util.Arrays;
import java.util.List;

/// Finds any of several strings in a text that arrives code point by code point (Aho and Corasick, "Efficient
/// string matching", CACM 1975): time proportional to the text, whatever the strings. An empty string never
/// matches. Immutable; a stream keeps the state number.
///
/// The match that counts is the one that is complete first; of those complete at the same place, the longest.
final class StopStrings {
    static final StopStrings NONE = new StopStrings(List.of());

    private static final int ROOT = 0;
    private static final int ABSENT = -1;

    /// The trie: children of a node are a linked list, each with the code point that leads to it.
    private final int[] firstChild;

    private final int[] sibling;
    private final int[] codePoint;
    /// The node for the longest proper suffix that is in the trie.
    private final int[] suffix;

    private final int[] matchedChars;
    private final int[] heldChars;
    private int nodes = 1;

    private StopStrings(List<String> strings) {
        int capacity = 1;
        for (String string : strings) {
            capacity += string.length();
        }
        firstChild = new int[capacity];
        sibling = new int[capacity];
        codePoint = new int[capacity];
        suffix = new int[capacity];
        matchedChars = new int[capacity];
        heldChars = new int[capacity];
        Arrays.fill(firstChild, ABSENT);
        Arrays.fill(sibling, ABSENT);
        for (String string : strings) {
            insert(string);
        }
        link();
    }

    static StopStrings of(List<String> strings) {
        return strings.isEmpty() ? NONE : new StopStrings(strings);
    }

    /// The state before any text.
    int start() {
        return ROOT;
    }

    int next(int state, int read) {
        for (int node = state; ; node = suffix[node]) {
            int child = child(node, read);
            if (child != ABSENT) {
                return child;
            }
            if (node == ROOT) {
                return ROOT;
            }
        }
    }

    /// Length in `char`s of the string that is complete in this state, 0 for none.
    int matchedChars(int state) {
        return matchedChars[state];
    }

    /// Length in `char`s of the end of the text that may become a match.
    int heldChars(int state) {
        return heldChars[state];
    }

    private int child(int node, int read) {
        int child = firstChild[node];
        while (child != ABSENT && codePoint[child] != read) {
            child = sibling[child];
        }
        return child;
    }

    private void insert(String string) {
        int node = ROOT;
        int chars = 0;
        while (chars < string.length()) {
            int read = string.codePointAt(chars);
            chars += Character.charCount(read);
            int child = child(node, read);
            if (child == ABSENT) {
                child = nodes++;
                codePoint[child] = read;
                sibling[child] = firstChild[node];
                firstChild[node] = child;
                heldChars[child] = chars;
            }
            node = child;
        }
        if (node != ROOT) {
            matchedChars[node] = chars;
        }
    }

    /// Visits the nodes by depth, so that a node's suffix, which is shorter, is complete before the node.
    private void link() {
        int[] byDepth = new int[nodes];
        int end = 1;
        for (int i = 0; i < end; i++) {
            int node = byDepth[i];
            for (int child = firstChild[node]; child != ABSENT; child = sibling[child]) {
                suffix[child] = node == ROOT ? ROOT : next(suffix[node], codePoint[child]);
                if (matchedChars[child] == 0) {
                    matchedChars[child] = matchedChars[suffix[child]];
                }
                if (firstChild[child] == ABSENT) {
                    // Complete and no start of a longer one: only its suffix may go on.
                    heldChars[child] = heldChars[suffix[child]];
                }
                byDepth[end++] = child;
            }
        }
    }
}
