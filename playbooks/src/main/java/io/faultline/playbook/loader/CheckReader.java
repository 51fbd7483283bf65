package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Nearest;
import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.ValueType;
import io.faultline.playbook.loader.YamlNode.Sequence;
import io.faultline.playbook.model.ProbeCheck;
import io.faultline.playbook.model.Quantity;
import io.faultline.playbook.model.Tolerance;
import io.faultline.playbook.probe.Marks;
import io.faultline.playbook.probe.Probe;
import io.faultline.playbook.probe.ProbeKind;
import io.faultline.playbook.probe.ProbeKind.Reach;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// Reads probes with their tolerances.
final class CheckReader {
    private static final int THRESHOLD_DEFAULT = 3;
    private static final int THRESHOLD_MAX = 1_000;

    private final Vocabulary vocabulary;
    private final QuantityReader quantities;
    private final Problems problems;

    CheckReader(Vocabulary vocabulary, QuantityReader quantities, Problems problems) {
        this.vocabulary = vocabulary;
        this.quantities = quantities;
        this.problems = problems;
    }

    private enum ToleranceType {
        RANGE,
        EQUALS,
        AT_LEAST,
        AT_MOST;

        String word() {
            return switch (this) {
                case RANGE -> "range";
                case EQUALS -> "equals";
                case AT_LEAST -> "atLeast";
                case AT_MOST -> "atMost";
            };
        }
    }

    /// A list of checks whose names differ.
    List<ProbeCheck> checks(Fields parent, String key, boolean isRequired) {
        List<ProbeCheck> checks = new ArrayList<>();
        SequencedSet<String> names = new LinkedHashSet<>();
        for (YamlNode item : parent.items(key, isRequired, Limits.CHECKS_MAX)) {
            String what = "probe " + (checks.size() + 1) + " of " + key;
            Fields.of(item, what, problems, fields -> {
                ProbeCheck check = check(fields);
                if (!names.add(check.name())) {
                    problems.add(
                            item.place(),
                            "two probes of " + key + " are named " + Quoted.name(check.name())
                                    + "; give each a name of its own");
                }
                checks.add(check);
            });
        }
        return checks;
    }

    /// A check whose name may be left out: then it is the probe's.
    ProbeCheck check(Fields fields) {
        ProbeKind kind = kind(fields);
        String name = fields.name("name", kind.word().replace('_', '-'));
        String title = fields.text("title", "", Limits.TITLE_LENGTH_MAX);
        return unnamed(fields, kind, name, title);
    }

    /// A check inside something that has a name already.
    ProbeCheck check(Fields fields, String name) {
        return unnamed(fields, kind(fields), name, "");
    }

    private ProbeCheck unnamed(Fields fields, ProbeKind kind, String name, String title) {
        Probe probe = probe(fields, kind);
        Tolerance tolerance = tolerance(fields, kind.unit().boundType());
        tolerance
                .whyNever(kind.unit(), quantities.defaults())
                .ifPresent(why -> fields.wrong("tolerance", fields.what("tolerance") + ": " + why));
        int threshold = fields.integer("failureThreshold", THRESHOLD_DEFAULT, 1, THRESHOLD_MAX);
        return new ProbeCheck(name, title, probe, tolerance, threshold);
    }

    private ProbeKind kind(Fields fields) {
        return fields.choice("probe", ProbeKind.values(), '_', null);
    }

    private Probe probe(Fields fields, ProbeKind kind) {
        Reach reach = kind.reach();
        NodeRole role = NodeRole.DECODE;
        NodeHealth health = null;
        String since = Marks.RUN_START;
        String until = null;
        if (reach == Reach.ROLE) {
            role = fields.choice("role", NodeRole.values(), '-', NodeRole.DECODE);
        }
        if (kind == ProbeKind.INSTANCES_BY_HEALTH) {
            health = fields.choice("health", NodeHealth.values(), '-', null);
        }
        if (reach == Reach.SINCE) {
            since = mark(fields, "since", Marks.RUN_START);
            until = fields.has("until") ? mark(fields, "until", "") : null;
        }
        if (reach == Reach.AFTER_STEP) {
            since = injectStep(fields);
        }
        return new Probe(kind, role, health, since, until);
    }

    private String mark(Fields fields, String key, String fallback) {
        String mark = fields.text(key, fallback, Limits.NAME_LENGTH_MAX);
        List<String> valid = new ArrayList<>(List.of(Marks.RUN_START, Marks.CLUSTER_START));
        valid.addAll(vocabulary.steps().sequencedKeySet());
        if (!mark.isEmpty() && !valid.contains(mark)) {
            fields.wrong(
                    key,
                    fields.what(key) + " names " + Quoted.name(mark) + ", which is no step before this; "
                            + Nearest.hint(mark, valid, "use one of " + String.join(", ", valid)));
        }
        return mark;
    }

    private String injectStep(Fields fields) {
        String step = fields.text("since", null, Limits.NAME_LENGTH_MAX);
        Optional<String> type = vocabulary.stepType(step);
        if (!step.isEmpty() && !type.equals(Optional.of("inject"))) {
            fields.wrong(
                    "since",
                    fields.what("since") + " names " + Quoted.name(step)
                            + ", which is no inject step before this; name one");
        }
        return step;
    }

    private Tolerance tolerance(Fields parent, ValueType type) {
        List<Tolerance> read = new ArrayList<>();
        parent.required("tolerance")
                .ifPresent(node -> Fields.of(
                        node, parent.what("tolerance"), problems, fields -> read.add(tolerance(fields, parent, type))));
        return read.isEmpty() ? new Tolerance.Equal(Quantity.ofNumber("tolerance", 0)) : read.getFirst();
    }

    private Tolerance tolerance(Fields fields, Fields parent, ValueType type) {
        String what = parent.what("tolerance");
        return switch (toleranceType(fields)) {
            case RANGE -> range(fields, what, type);
            case EQUALS -> new Tolerance.Equal(value(fields, what, type));
            case AT_LEAST -> new Tolerance.AtLeast(value(fields, what, type));
            case AT_MOST -> new Tolerance.AtMost(value(fields, what, type));
            case null -> {
                fields.has("value");
                fields.has("range");
                yield new Tolerance.Equal(Quantity.ofNumber(what, 0));
            }
        };
    }

    private @Nullable ToleranceType toleranceType(Fields fields) {
        String given = fields.text("type", null, Limits.NAME_LENGTH_MAX);
        List<String> words = new ArrayList<>();
        for (ToleranceType type : ToleranceType.values()) {
            if (type.word().equals(given)) {
                return type;
            }
            words.add(type.word());
        }
        if (!given.isEmpty()) {
            String hint = Nearest.hint(given, words, "use one of " + String.join(", ", words));
            fields.wrong("type", fields.what("type") + " is " + Quoted.name(given) + "; " + hint);
        }
        return null;
    }

    private Quantity value(Fields fields, String what, ValueType type) {
        return fields.required("value")
                .map(node -> quantities.bound(node, what, type))
                .orElseGet(() -> Quantity.ofNumber(what, 0));
    }

    private Tolerance range(Fields fields, String what, ValueType type) {
        Optional<YamlNode> node = fields.required("range");
        if (node.isPresent()
                && node.get() instanceof Sequence list
                && list.items().size() == 2) {
            Quantity low = quantities.bound(list.items().getFirst(), what, type);
            Quantity high = quantities.bound(list.items().getLast(), what, type);
            return new Tolerance.Range(low, high);
        }
        if (node.isPresent()) {
            fields.wrong("range", what + " needs a list of two bounds, [lowest, highest]; give both");
        }
        return new Tolerance.Equal(Quantity.ofNumber(what, 0));
    }
}
