package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.model.Quantity;
import io.faultline.playbook.model.Target;
import io.faultline.playbook.model.Target.Mode;
import io.faultline.playbook.model.Target.OnEmpty;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultKind;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads which nodes a step acts on: by `role`, by `chosenBy` (an earlier step) or by `node` (a name).
final class TargetReader {
    private static final int TARGETS_MAX = 10_000;

    private final Vocabulary vocabulary;
    private final QuantityReader quantities;
    private final Problems problems;

    TargetReader(Vocabulary vocabulary, QuantityReader quantities, Problems problems) {
        this.vocabulary = vocabulary;
        this.quantities = quantities;
        this.problems = problems;
    }

    Target target(Fields parent, FaultKind fault) {
        List<Target> read = new ArrayList<>();
        parent.required("target")
                .ifPresent(node ->
                        Fields.of(node, parent.what("target"), problems, fields -> read.add(chosen(fields, fault))));
        return read.isEmpty() ? nothing(parent) : read.getFirst();
    }

    private Target chosen(Fields fields, FaultKind fault) {
        List<NodeHealth> health = health(fields);
        OnEmpty onEmpty = fields.choice("onEmpty", OnEmpty.values(), '-', OnEmpty.FAIL);
        boolean byRole = fields.has("role");
        boolean bySameStep = fields.has("chosenBy");
        boolean byName = fields.has("node");
        if ((byRole ? 1 : 0) + (bySameStep ? 1 : 0) + (byName ? 1 : 0) != 1) {
            problems.add(fields.place(), fields.what() + " needs one of role, chosenBy and node; give exactly one");
            fields.has("mode");
            fields.has("count");
            return nothing(fields);
        }
        if (bySameStep) {
            return new Target.SameAs(step(fields), health, onEmpty);
        }
        if (byName) {
            YamlNode node = fields.required("node").orElseThrow();
            return new Target.Named(quantities.text(node, fields.what("node")), health, onEmpty);
        }
        return byRole(fields, fault, health, onEmpty);
    }

    private Target byRole(Fields fields, FaultKind fault, List<NodeHealth> health, OnEmpty onEmpty) {
        NodeRole role = fields.choice("role", NodeRole.values(), '-', null);
        if (!fault.actsOn(role)) {
            fields.wrong("role", fault.word() + " does not act on " + fields.what("role") + "; choose another");
        }
        Mode mode = fields.choice("mode", Mode.values(), '-', Mode.ONE);
        boolean counts = mode == Mode.FIXED || mode == Mode.RANDOM;
        if (!counts && fields.has("count")) {
            fields.wrong("count", fields.what("count") + " goes with mode fixed or random only; remove it");
        }
        return new Target.ByRole(role, health, mode, quantities.count(fields, "count", 1, 1, TARGETS_MAX), onEmpty);
    }

    private String step(Fields fields) {
        String step = fields.text("chosenBy", null, Limits.NAME_LENGTH_MAX);
        if (!step.isEmpty() && !vocabulary.stepType(step).equals(Optional.of("inject"))) {
            fields.wrong(
                    "chosenBy",
                    fields.what("chosenBy") + " names " + Quoted.name(step)
                            + ", which is no inject step before this; name one");
        }
        return step;
    }

    private List<NodeHealth> health(Fields fields) {
        return fields.items("health", false, NodeHealth.values().length).stream()
                .map(item -> Fields.choiceOf(item, fields.what("health"), NodeHealth.values(), '-', problems))
                .toList();
    }

    private static Target nothing(Fields fields) {
        return new Target.ByRole(
                NodeRole.DECODE, List.of(), Mode.ONE, Quantity.ofNumber(fields.what("count"), 1), OnEmpty.FAIL);
    }
}
