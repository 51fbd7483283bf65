package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Nearest;
import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.TimeSpan;
import io.faultline.playbook.loader.YamlNode.Entry;
import io.faultline.playbook.loader.YamlNode.Kind;
import io.faultline.playbook.loader.YamlNode.Mapping;
import io.faultline.playbook.loader.YamlNode.Place;
import io.faultline.playbook.loader.YamlNode.Scalar;
import io.faultline.playbook.loader.YamlNode.Sequence;
import io.faultline.playbook.probe.Words;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One mapping, read key by key. A key that has been asked for is known; [#end] refuses the others. What is missing
/// or wrong is reported and replaced by a harmless value, so that reading goes on and finds the other problems.
final class Fields {
    private static final String NAME_PATTERN = "[a-z0-9][a-z0-9-]{0,59}";

    private final Mapping mapping;
    private final String what;
    private final Problems problems;
    private final SequencedSet<String> known = new LinkedHashSet<>();

    /// @param what the mapping in words, for messages: `step kill`
    Fields(Mapping mapping, String what, Problems problems) {
        this.mapping = mapping;
        this.what = what;
        this.problems = problems;
    }

    /// Reads `node` if it is a mapping; says what is wrong if not.
    static void of(YamlNode node, String what, Problems problems, Consumer<Fields> reading) {
        if (node instanceof Mapping mapping) {
            Fields fields = new Fields(mapping, what, problems);
            reading.accept(fields);
            fields.end();
        } else {
            problems.add(node.place(), what + " is " + node.words() + "; give a mapping (key: value)");
        }
    }

    Place place() {
        return mapping.place();
    }

    String what() {
        return what;
    }

    /// `title of step kill`
    String what(String key) {
        return key + " of " + what;
    }

    List<Entry> entries() {
        return mapping.entries();
    }

    boolean has(String key) {
        known.add(key);
        return mapping.entry(key).isPresent();
    }

    Optional<YamlNode> optional(String key) {
        known.add(key);
        return mapping.entry(key).map(Entry::value);
    }

    Optional<YamlNode> required(String key) {
        Optional<YamlNode> value = optional(key);
        if (value.isEmpty()) {
            problems.add(mapping.place(), what + " has no " + key + "; add it");
        }
        return value;
    }

    Place placeOf(String key) {
        return mapping.entry(key).map(e -> e.value().place()).orElse(mapping.place());
    }

    void wrong(String key, String why) {
        problems.add(placeOf(key), why);
    }

    /// A text on one or more lines, without control characters.
    String text(String key, @Nullable String fallback, int lengthMax) {
        Optional<YamlNode> node = fallback == null ? required(key) : optional(key);
        String otherwise = fallback == null ? "" : fallback;
        return node.map(n -> textOf(n, what(key), lengthMax, problems)).orElse(otherwise);
    }

    static String textOf(YamlNode node, String what, int lengthMax, Problems problems) {
        if (!(node instanceof Scalar scalar) || scalar.kind() != Kind.TEXT) {
            String quote = node instanceof Scalar s && s.kind() != Kind.NULL ? "put it in quotes" : "give a text";
            problems.add(node.place(), what + " is " + node.words() + "; " + quote);
            return "";
        }
        String text = scalar.text().strip();
        if (text.isEmpty() || text.length() > lengthMax) {
            problems.add(node.place(), what + " has " + text.length() + " characters; give 1 to " + lengthMax);
        } else if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
            problems.add(node.place(), what + " contains a control character; remove it");
        }
        return text;
    }

    /// A name: lower-case letters, digits and dashes.
    String name(String key, @Nullable String fallback) {
        String name = text(key, fallback, Limits.NAME_LENGTH_MAX);
        if (!name.isEmpty() && has(key) && !name.matches(NAME_PATTERN)) {
            wrong(key, what(key) + " is " + Quoted.name(name) + "; use lower-case letters, digits and -");
        }
        return name;
    }

    boolean flag(String key, boolean fallback) {
        Optional<YamlNode> node = optional(key);
        if (node.isEmpty()) {
            return fallback;
        }
        if (node.get() instanceof Scalar scalar && scalar.kind() == Kind.FLAG) {
            return scalar.text().equals("true");
        }
        wrong(key, what(key) + " is " + node.get().words() + "; give true or false");
        return fallback;
    }

    int integer(String key, int fallback, int min, int max) {
        Optional<YamlNode> node = optional(key);
        if (node.isEmpty()) {
            return fallback;
        }
        if (node.get() instanceof Scalar scalar && scalar.kind() == Kind.WHOLE_NUMBER) {
            long value = Long.parseLong(scalar.text());
            if (value >= min && value <= max) {
                return (int) value;
            }
            wrong(key, what(key) + " is " + value + "; give " + min + " to " + max);
        } else {
            wrong(key, what(key) + " is " + node.get().words() + "; give a whole number");
        }
        return fallback;
    }

    /// A fixed span; nanoseconds.
    long span(String key, long fallbackNanos, long maxNanos) {
        Optional<YamlNode> node = optional(key);
        if (node.isEmpty()) {
            return fallbackNanos;
        }
        OptionalLong nanos = node.get() instanceof Scalar s && s.kind() == Kind.TEXT
                ? TimeSpan.parse(s.text())
                : OptionalLong.empty();
        if (nanos.isEmpty()) {
            wrong(key, what(key) + " is no duration; give one such as 5s or 1m30s");
        } else if (nanos.getAsLong() > maxNanos) {
            wrong(key, what(key) + " is longer than " + TimeSpan.text(maxNanos) + "; give a shorter one");
        }
        return nanos.orElse(fallbackNanos);
    }

    /// A bound of a parameter: a number, or a span when `isSpan`.
    double bound(String key, boolean isSpan, double fallback) {
        Optional<YamlNode> node = optional(key);
        if (node.isEmpty()) {
            return fallback;
        }
        if (node.get() instanceof Scalar s) {
            Kind kind = s.kind();
            OptionalLong nanos = isSpan && kind == Kind.TEXT ? TimeSpan.parse(s.text()) : OptionalLong.empty();
            if (nanos.isPresent()) {
                return nanos.getAsLong();
            }
            if (!isSpan && (kind == Kind.WHOLE_NUMBER || kind == Kind.NUMBER)) {
                return Double.parseDouble(s.text());
            }
        }
        wrong(key, what(key) + " is " + node.get().words() + "; give " + (isSpan ? "a duration" : "a number"));
        return fallback;
    }

    <E extends Enum<E>> E choice(String key, E[] constants, char separator, @Nullable E fallback) {
        Optional<YamlNode> node = fallback == null ? required(key) : optional(key);
        E otherwise = fallback == null ? constants[0] : fallback;
        return node.map(n -> choiceOf(n, what(key), constants, separator, problems))
                .orElse(otherwise);
    }

    static <E extends Enum<E>> E choiceOf(
            YamlNode node, String what, E[] constants, char separator, Problems problems) {
        List<String> words = new ArrayList<>();
        for (E constant : constants) {
            words.add(Words.of(constant, separator));
        }
        String given = node instanceof Scalar s ? s.text() : "";
        Optional<E> found = Words.find(given, constants, separator);
        if (found.isEmpty()) {
            String it = node instanceof Scalar ? Quoted.name(given) : node.words();
            String oneOf = "give one of " + String.join(", ", words);
            problems.add(node.place(), what + " is " + it + "; " + Nearest.hint(given, words, oneOf));
        }
        return found.orElse(constants[0]);
    }

    /// The items of a list, each with its place in words (`step 3`).
    List<YamlNode> items(String key, boolean isRequired, int itemsMax) {
        Optional<YamlNode> node = isRequired ? required(key) : optional(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof Sequence list)) {
            wrong(key, what(key) + " is " + node.get().words() + "; give a list (- item)");
            return List.of();
        }
        if (list.items().size() > itemsMax || list.items().isEmpty()) {
            String orNot = isRequired ? "" : ", or leave the key out";
            wrong(key, what(key) + " has " + list.items().size() + " items; give 1 to " + itemsMax + orNot);
            return List.of();
        }
        return list.items();
    }

    /// Words such as tags.
    List<String> texts(String key, int lengthMax) {
        return items(key, false, Limits.WORDS_MAX).stream()
                .map(item -> textOf(item, "an item of " + what(key), lengthMax, problems))
                .toList();
    }

    /// Refuses what nobody asked for.
    void end() {
        for (Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (!known.contains(key) && !key.equals("<<")) {
                problems.add(
                        entry.key().place(),
                        what + " has no key " + Quoted.name(key) + "; "
                                + Nearest.hint(key, known, "remove it, or use one of " + String.join(", ", known)));
            }
        }
    }
}
