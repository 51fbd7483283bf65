package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.loader.YamlNode.Entry;
import io.faultline.playbook.loader.YamlNode.Mapping;
import io.faultline.playbook.loader.YamlNode.Place;
import io.faultline.playbook.loader.YamlNode.Scalar;
import io.faultline.playbook.loader.YamlNode.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Builds a [YamlNode] from the parser's events, one at a time, and stops at the first sign of a file that is made to
/// do harm: so nothing is ever expanded, and nesting costs no stack. Used once.
final class YamlReader {
    static final int DEPTH_MAX = 50;
    static final int NODES_MAX = 20_000;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final String QUOTE_EXPRESSION = "an expression inside { } or [ ] must be in quotes: \"${name}\"";
    /// The tag handles that the parser knows without a directive.
    private static final List<String> DEFAULT_HANDLES = List.of("!", "!!");

    private final Problems problems;
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable YamlNode root;
    private int nodes;
    private int documents;
    private boolean stopped;

    private YamlReader(Problems problems) {
        this.problems = problems;
    }

    /// The document, or nothing when it could not be read to its end; then there is at least one problem.
    static Optional<YamlNode> read(String text, Problems problems) {
        int mark = text.indexOf(BYTE_ORDER_MARK, 1);
        if (mark >= 0) {
            problems.add(placeOf(mark, text), "a byte order mark (U+FEFF) inside the file; remove it");
            return Optional.empty();
        }
        YamlReader reader = new YamlReader(problems);
        LoadSettings settings = LoadSettings.builder()
                .setLabel("playbook")
                .setCodePointLimit(PlaybookLoader.BYTES_MAX)
                .build();
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                reader.accept(event);
                if (reader.stopped) {
                    return Optional.empty();
                }
            }
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(YamlReader::place).orElse(Place.START);
            problems.add(place, hasBareExpression(text, place) ? QUOTE_EXPRESSION : said(e.getProblem()));
            return Optional.empty();
        } catch (ReaderException e) {
            problems.add(placeOf(e.getPosition(), text), "a character that YAML does not allow; remove it");
            return Optional.empty();
        } catch (YamlEngineException e) {
            problems.add(Place.START, said(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
        if (reader.root == null) {
            problems.add(Place.START, "the file is empty; write a playbook");
        }
        return Optional.ofNullable(reader.root);
    }

    private void accept(Event event) {
        Place place = event.getStartMark().map(YamlReader::place).orElse(Place.START);
        if (event instanceof NodeEvent && ++nodes > NODES_MAX) {
            stop(place, "the file has more than " + NODES_MAX + " entries; a playbook is smaller");
            return;
        }
        switch (event) {
            case DocumentStartEvent start -> document(place, start);
            case AliasEvent _ -> {
                problems.add(place, "aliases (*name) are not allowed; write the value out");
                add(new Scalar(place, "", false));
            }
            case ScalarEvent scalar -> {
                refuseDecoration(place, scalar, scalar.getTag());
                add(new Scalar(place, scalar.getValue(), scalar.isPlain()));
            }
            case CollectionStartEvent start -> {
                refuseDecoration(place, start, start.getTag());
                begin(place, start instanceof MappingStartEvent);
            }
            case CollectionEndEvent _ -> end();
            default -> {
                // Starts and ends of the stream and of the document carry nothing.
            }
        }
    }

    private void document(Place place, DocumentStartEvent start) {
        documents++;
        if (documents > 1) {
            stop(place, "a second document begins here; one file holds one playbook");
        } else if (start.getSpecVersion().isPresent()
                || !DEFAULT_HANDLES.containsAll(start.getTags().keySet())) {
            problems.add(place, "directives (%) are not allowed; remove them");
        }
    }

    private void refuseDecoration(Place place, NodeEvent event, Optional<String> tag) {
        tag.ifPresent(t -> problems.add(place, "the tag " + Quoted.name(t) + " is not allowed; remove it"));
        event.getAnchor()
                .ifPresent(a -> problems.add(
                        place, "the anchor " + Quoted.name(a.getValue()) + " is not allowed; write values out"));
    }

    private void begin(Place place, boolean isMapping) {
        if (open.size() >= DEPTH_MAX) {
            stop(place, "nested more than " + DEPTH_MAX + " deep; a playbook is flatter");
        } else if (!open.isEmpty() && open.peek().expectsKey()) {
            stop(place, "a list or mapping cannot be a key; give a name");
        } else {
            open.push(new Open(place, isMapping));
        }
    }

    private void end() {
        Open finished = open.pop();
        add(
                finished.isMapping
                        ? new Mapping(finished.place, List.copyOf(finished.entries))
                        : new Sequence(finished.place, List.copyOf(finished.items)));
    }

    private void add(YamlNode node) {
        Open parent = open.peek();
        if (parent == null) {
            root = node;
        } else if (!parent.isMapping) {
            parent.items.add(node);
        } else if (parent.key == null) {
            parent.key = key(parent, (Scalar) node);
        } else {
            parent.entries.add(new Entry(parent.key, node));
            parent.key = null;
        }
    }

    private Scalar key(Open parent, Scalar key) {
        Place before = parent.seen.putIfAbsent(key.text(), key.place());
        if (key.isPlain() && key.text().equals("<<")) {
            problems.add(key.place(), "merge keys (<<) are not allowed; write the values out");
        } else if (before != null) {
            problems.add(
                    key.place(),
                    "the key " + Quoted.name(key.text()) + " is here twice, first in line " + before.line()
                            + "; keep one");
        }
        return key;
    }

    private void stop(Place place, String why) {
        problems.add(place, why);
        stopped = true;
    }

    /// Whether the line holds `${name}` inside `{ }` or `[ ]` without quotes, where YAML takes its braces for its own.
    private static boolean hasBareExpression(String text, Place place) {
        String line = text.lines().skip(place.line() - 1L).findFirst().orElse("");
        int expression = line.indexOf("${");
        String before = expression < 0 ? "" : line.substring(0, expression);
        boolean inFlow = before.indexOf('{') >= 0 || before.indexOf('[') >= 0;
        boolean isQuoted = before.chars().filter(c -> c == '"').count() % 2 == 1
                || before.chars().filter(c -> c == '\'').count() % 2 == 1;
        return inFlow && !isQuoted;
    }

    /// The parser's words on one line; it explains indentation and tabs well enough itself.
    private static String said(String problem) {
        String line = problem.strip().lines().findFirst().orElse("the file cannot be read");
        return line.contains("\\t") || line.contains("TAB")
                ? line + "; indent with spaces"
                : line + "; correct the YAML here";
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Place placeOf(int position, String text) {
        String before = text.substring(0, Math.min(position, text.length()));
        int lines = (int) before.chars().filter(c -> c == '\n').count();
        return new Place(lines + 1, before.length() - before.lastIndexOf('\n'));
    }

    /// A collection that has begun and not ended.
    private static final class Open {
        final Place place;
        final boolean isMapping;
        final List<YamlNode> items = new ArrayList<>();
        final List<Entry> entries = new ArrayList<>();
        final Map<String, Place> seen = new LinkedHashMap<>();

        @Nullable Scalar key;

        Open(Place place, boolean isMapping) {
            this.place = place;
            this.isMapping = isMapping;
        }

        boolean expectsKey() {
            return isMapping && key == null;
        }
    }
}
