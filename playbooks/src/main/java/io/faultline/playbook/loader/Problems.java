package io.faultline.playbook.loader;

import io.faultline.playbook.loader.YamlNode.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong with one file, at most [#PROBLEMS_MAX] of it.
final class Problems {
    static final int PROBLEMS_MAX = 100;

    private final List<Problem> found = new ArrayList<>();

    void add(Place place, String what) {
        if (found.size() < PROBLEMS_MAX) {
            found.add(new Problem(place.line(), place.column(), what));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /// In the order of the file.
    List<Problem> inOrder() {
        return found.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }
}
