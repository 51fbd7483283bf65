package io.faultline.playbook.expression;

import java.util.Collection;
import java.util.Optional;

/// Finds the name that somebody who mistyped probably meant.
public final class Nearest {
    /// Names longer than this are not compared; no valid name is.
    private static final int LENGTH_MAX = 64;

    private Nearest() {}

    /// "did you mean 'x'?", or what to do when nothing is near.
    public static String hint(String given, Collection<String> valid, String otherwise) {
        return to(given, valid).map(v -> "did you mean " + Quoted.name(v) + "?").orElse(otherwise);
    }

    /// The valid name with the smallest edit distance, if that is at most a third of the longer name's length.
    public static Optional<String> to(String given, Collection<String> valid) {
        if (given.isEmpty() || given.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        Optional<String> best = Optional.empty();
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : valid) {
            int distance = distance(normal(given), normal(candidate));
            if (distance < bestDistance && distance * 3 <= Math.max(given.length(), candidate.length())) {
                bestDistance = distance;
                best = Optional.of(candidate);
            }
        }
        return best;
    }

    /// `maxTargets`, `max-targets` and `max_targets` are the same slip.
    private static String normal(String name) {
        StringBuilder normal = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '-' && c != '_') {
                normal.append(Character.toLowerCase(c));
            }
        }
        return normal.toString();
    }

    /// Edits between two names, where exchanging two neighbours is one edit (optimal string alignment), three rows.
    private static int distance(String a, String b) {
        int[] twoAbove = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean isSame = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(above[j - 1] + (isSame ? 0 : 1), Math.min(above[j], row[j - 1]) + 1);
                boolean isExchanged =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (isExchanged) {
                    row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
                }
            }
            twoAbove = above;
            above = row;
        }
        return above[b.length()];
    }
}
