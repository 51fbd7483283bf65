package io.faultline.playbook.loader;

import java.util.List;
import java.util.Optional;

/// A parsed YAML document with the place of every part. Immutable.
sealed interface YamlNode {
    Place place();

    /// What a person calls it.
    String words();

    /// Line and column, both from 1.
    record Place(int line, int column) {
        static final Place START = new Place(1, 1);
    }

    /// Keys are unique and in the order of the file.
    record Mapping(Place place, List<Entry> entries) implements YamlNode {
        @Override
        public String words() {
            return "a mapping";
        }

        Optional<Entry> entry(String key) {
            return entries.stream().filter(e -> e.key().text().equals(key)).findFirst();
        }
    }

    record Entry(Scalar key, YamlNode value) {}

    record Sequence(Place place, List<YamlNode> items) implements YamlNode {
        @Override
        public String words() {
            return "a list";
        }
    }

    record Scalar(Place place, String text, boolean isPlain) implements YamlNode {
        @Override
        public String words() {
            return switch (kind()) {
                case NULL -> "nothing";
                case FLAG -> "true or false";
                case WHOLE_NUMBER, NUMBER -> "a number";
                case TEXT -> "a text";
            };
        }

        /// By the rules that JSON and YAML have in common; anything quoted is a text.
        Kind kind() {
            if (!isPlain) {
                return Kind.TEXT;
            }
            if (text.isEmpty() || text.equals("null") || text.equals("~")) {
                return Kind.NULL;
            }
            if (text.equals("true") || text.equals("false")) {
                return Kind.FLAG;
            }
            if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
                return Kind.WHOLE_NUMBER;
            }
            return text.matches("-?[0-9]{1,18}\\.[0-9]{1,18}") ? Kind.NUMBER : Kind.TEXT;
        }
    }

    enum Kind {
        NULL,
        FLAG,
        WHOLE_NUMBER,
        NUMBER,
        TEXT
    }
}
