package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Expression;
import io.faultline.playbook.expression.Nearest;
import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.loader.YamlNode.Place;
import io.faultline.playbook.loader.YamlNode.Scalar;
import io.faultline.playbook.model.Quantity;
import io.faultline.playbook.model.Step;
import io.faultline.playbook.model.Step.Head;
import io.faultline.playbook.model.Step.Load;
import io.faultline.playbook.model.Trigger;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.fault.FaultKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads the steps of the method and of the rollbacks.
final class StepReader {
    private static final List<String> TYPES = List.of("inject", "probe", "wait", "ask", "load", "drain", "gate");
    private static final long TIMEOUT_DEFAULT_NANOS = 60 * Limits.SECOND;
    private static final int CLIENTS_MAX = 10_000;
    private static final int TOKENS_MAX = 1_000_000;

    private final Vocabulary vocabulary;
    private final QuantityReader quantities;
    private final CheckReader checks;
    private final TargetReader targets;
    private final Problems problems;
    private final SequencedMap<String, Boolean> endlessLoads = new LinkedHashMap<>();

    StepReader(Vocabulary vocabulary, QuantityReader quantities, CheckReader checks, Problems problems) {
        this.vocabulary = vocabulary;
        this.quantities = quantities;
        this.checks = checks;
        this.targets = new TargetReader(vocabulary, quantities, problems);
        this.problems = problems;
    }

    List<Step> steps(Fields parent, String key, boolean isRequired) {
        List<Step> steps = new ArrayList<>();
        int number = 0;
        for (YamlNode item : parent.items(key, isRequired, Limits.STEPS_MAX)) {
            number++;
            Fields.of(item, nameOf(item, "step " + number + " of " + key), problems, fields -> {
                Step step = step(fields, key.equals("rollbacks"));
                if (step != null) {
                    steps.add(step);
                    remember(fields, step);
                }
            });
        }
        return steps;
    }

    private static String nameOf(YamlNode item, String otherwise) {
        return item instanceof YamlNode.Mapping mapping
                        && mapping.entry("name").map(YamlNode.Entry::value).orElse(null) instanceof Scalar name
                ? "step " + name.text()
                : otherwise;
    }

    private void remember(Fields fields, Step step) {
        boolean isReserved = step.name().equals("run-start") || step.name().equals("cluster-start");
        if (isReserved || !vocabulary.addStep(step.name(), step.type())) {
            String why = isReserved ? "is the name of a moment" : "names two steps";
            fields.wrong("name", Quoted.name(step.name()) + " " + why + "; give the step another name");
        }
    }

    private @Nullable Step step(Fields fields, boolean isRollback) {
        String type = fields.text("type", null, Limits.NAME_LENGTH_MAX);
        if (!TYPES.contains(type)) {
            if (!type.isEmpty()) {
                String hint = Nearest.hint(type, TYPES, "use one of " + String.join(", ", TYPES));
                fields.wrong("type", "there is no step type " + Quoted.name(type) + "; " + hint);
            }
            // Which keys belong here depends on the type, so none of them is reported.
            fields.entries().forEach(e -> fields.has(e.key().text()));
            return null;
        }
        if (isRollback && (type.equals("load") || type.equals("ask"))) {
            fields.wrong("type", "a rollback cannot " + type + ", it has to undo by itself; use inject, wait or gate");
        }
        Head head = head(fields, type.equals("wait") ? Limits.SPAN_MAX_NANOS : TIMEOUT_DEFAULT_NANOS);
        return switch (type) {
            case "inject" -> inject(fields, head);
            case "probe" -> new Step.Measure(head, checks.check(fields, head.name()));
            case "wait" -> new Step.Wait(head, quantities.requiredSpan(fields, "duration"));
            case "ask" -> ask(fields, head);
            case "load" -> load(fields, head);
            case "drain" -> drain(fields, head);
            default -> gate(fields, head);
        };
    }

    private Head head(Fields fields, long timeoutDefaultNanos) {
        String name = fields.name("name", null);
        String title = fields.text("title", "", Limits.TITLE_LENGTH_MAX);
        Quantity timeout = quantities.span(fields, "timeout", timeoutDefaultNanos, 1);
        Expression onlyIf = quantities.flag(fields, "onlyIf");
        return new Head(name, title, timeout, trigger(fields), onlyIf);
    }

    private @Nullable Trigger trigger(Fields parent) {
        List<Trigger> read = new ArrayList<>();
        parent.optional("when")
                .ifPresent(node -> Fields.of(node, parent.what("when"), problems, fields -> {
                    Place place = fields.place();
                    boolean after = fields.has("after");
                    boolean requests = fields.has("requests");
                    boolean probe = fields.has("probe");
                    if ((after ? 1 : 0) + (requests ? 1 : 0) + (probe ? 1 : 0) != 1) {
                        problems.add(
                                place, fields.what() + " needs one of after, requests and probe; give exactly one");
                        fields.entries().forEach(e -> fields.has(e.key().text()));
                    } else if (after) {
                        read.add(new Trigger.After(quantities.requiredSpan(fields, "after")));
                    } else if (requests) {
                        read.add(new Trigger.AtRequests(
                                quantities.requiredCount(fields, "requests", 1, Limits.NUMBER_MAX)));
                    } else {
                        read.add(new Trigger.OnProbe(checks.check(fields, "when")));
                    }
                }));
        return read.isEmpty() ? null : read.getFirst();
    }

    private Step inject(Fields fields, Head head) {
        FaultKind fault = fields.choice("fault", FaultKind.values(), '-', null);
        Quantity duration = quantities.optionalSpan(fields, "duration", 1);
        Quantity factor =
                quantities.number(fields, "factor", FaultKind.FACTOR_DEFAULT, 1, (long) EngineCondition.FACTOR_MAX);
        Quantity afterTokens = quantities.count(fields, "afterTokens", 0, 0, TOKENS_MAX);
        if (fields.has("factor") && !fault.hasFactor()) {
            fields.wrong("factor", fault.word() + " has no factor; leave it out");
        }
        if (fields.has("afterTokens") && !fault.hasAfterTokens()) {
            fields.wrong("afterTokens", fault.word() + " has no afterTokens; leave it out");
        }
        Quantity percent = quantities.percent(fields, "percent", FaultKind.PERCENT_DEFAULT);
        if (fields.has("percent") && !fault.hasPercent()) {
            fields.wrong("percent", fault.word() + " has no percent; leave it out");
        }
        return new Step.Inject(head, fault, targets.target(fields, fault), duration, factor, afterTokens, percent);
    }

    private Step ask(Fields fields, Head head) {
        String question = fields.text("question", null, Limits.TEXT_LENGTH_MAX);
        Step.Unanswered unanswered =
                fields.choice("unanswered", Step.Unanswered.values(), '-', Step.Unanswered.PROCEED);
        return new Step.Ask(head, question, unanswered);
    }

    private Step load(Fields fields, Head head) {
        Load load = new Load(
                quantities.requiredCount(fields, "clients", 1, CLIENTS_MAX),
                quantities.count(fields, "requestsPerClient", 0, 0, TOKENS_MAX),
                quantities.count(fields, "promptTokensMin", 64, 1, TOKENS_MAX),
                quantities.count(fields, "promptTokensMax", 256, 1, TOKENS_MAX),
                quantities.requiredCount(fields, "maxTokens", 1, TOKENS_MAX),
                quantities.count(fields, "sharedPrefixTokens", 0, 0, TOKENS_MAX),
                quantities.span(fields, "ramp", 0, 0));
        endlessLoads.put(
                head.name(),
                load.requestsPerClient().expression() instanceof Expression.Literal
                        && load.requestsPerClient().in(vocabulary.defaults()) == 0);
        return new Step.StartLoad(head, load);
    }

    private Step drain(Fields fields, Head head) {
        String load = fields.text("load", null, Limits.NAME_LENGTH_MAX);
        Step.StopSending stopSending =
                fields.choice("stopSending", Step.StopSending.values(), '-', Step.StopSending.NOW);
        if (!load.isEmpty() && !vocabulary.stepType(load).equals(Optional.of("load"))) {
            fields.wrong(
                    "load",
                    fields.what("load") + " names " + Quoted.name(load)
                            + ", which is no load step before this; name one");
        }
        if (stopSending == Step.StopSending.WHEN_ALL_SENT && endlessLoads.getOrDefault(load, false)) {
            fields.wrong("stopSending", "the clients of " + load + " never have sent all; give it requestsPerClient");
        }
        return new Step.Drain(head, load, stopSending);
    }

    private Step gate(Fields fields, Head head) {
        Quantity holdFor = quantities.span(fields, "for", 0, 0);
        return new Step.Gate(head, checks.checks(fields, "until", true), holdFor);
    }
}
