package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.expression.ValueType;
import io.faultline.playbook.loader.YamlNode.Entry;
import io.faultline.playbook.loader.YamlNode.Kind;
import io.faultline.playbook.loader.YamlNode.Scalar;
import io.faultline.playbook.model.Parameter;
import io.faultline.playbook.model.Playbook.ConfigurationValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Reads the names that a playbook declares, and makes them known to what is read after.
final class ParameterReader {
    private static final String NAME_PATTERN = "[a-z][A-Za-z0-9]{0,39}";

    private final Vocabulary vocabulary;
    private final Problems problems;

    ParameterReader(Vocabulary vocabulary, Problems problems) {
        this.vocabulary = vocabulary;
        this.problems = problems;
    }

    /// What the world may tell about its configuration: numbers and durations.
    private enum ConfigurationType {
        NUMBER,
        DURATION
    }

    List<Parameter> parameters(Fields parent) {
        List<Parameter> parameters = new ArrayList<>();
        declared(parent, "parameters", "parameter", (name, fields) -> parameters.add(parameter(name, fields)));
        return parameters;
    }

    List<ConfigurationValue> configuration(Fields parent) {
        List<ConfigurationValue> values = new ArrayList<>();
        declared(parent, "configuration", "configuration value", (name, fields) -> {
            boolean isSpan = fields.choice("type", ConfigurationType.values(), '-', null) == ConfigurationType.DURATION;
            Parameter.Type type = isSpan ? Parameter.Type.DURATION : Parameter.Type.NUMBER;
            String description = fields.text("description", "", Limits.TEXT_LENGTH_MAX);
            Value fallback = fallback(fields, type).orElse(nothing(type));
            // A run may know another value, so the default is not used to check ranges.
            declare(fields, name, type.valueType());
            values.add(new ConfigurationValue(name, type.valueType(), description, fallback));
        });
        return values;
    }

    private void declared(Fields parent, String key, String what, BiConsumer<String, Fields> reading) {
        Optional<YamlNode> node = parent.optional(key);
        if (node.isEmpty()) {
            return;
        }
        if (!(node.get() instanceof YamlNode.Mapping mapping)
                || mapping.entries().size() > Limits.PARAMETERS_MAX) {
            parent.wrong(
                    key,
                    key + " is no mapping of at most " + Limits.PARAMETERS_MAX + " names; write name: {type: ...}");
            return;
        }
        for (Entry entry : mapping.entries()) {
            String name = entry.key().text();
            if (!name.matches(NAME_PATTERN)) {
                problems.add(
                        entry.key().place(),
                        what + " " + Quoted.name(name) + " is no name; use letters and digits, a small letter first");
            }
            Fields.of(entry.value(), what + " " + name, problems, fields -> reading.accept(name, fields));
        }
    }

    private void declare(Fields fields, String name, ValueType type) {
        if (!vocabulary.declare(name, type)) {
            problems.add(fields.place(), Quoted.name(name) + " is taken already; choose another name");
        }
    }

    private Parameter parameter(String name, Fields fields) {
        Parameter.Type type = fields.choice("type", Parameter.Type.values(), '-', null);
        String description = fields.text("description", "", Limits.TEXT_LENGTH_MAX);
        Optional<Value> given = fallback(fields, type);
        Value fallback = given.orElse(nothing(type));
        double min = Double.NEGATIVE_INFINITY;
        double max = Double.POSITIVE_INFINITY;
        List<String> choices = List.of();
        switch (type) {
            case INTEGER, NUMBER, DURATION -> {
                min = fields.bound("min", type == Parameter.Type.DURATION, min);
                max = fields.bound("max", type == Parameter.Type.DURATION, max);
            }
            case STRING -> choices = fields.texts("choices", Parameter.TEXT_LENGTH_MAX);
            case BOOLEAN -> {
                // Its range is its type.
            }
        }
        if (min > max) {
            fields.wrong("min", fields.what("min") + " is above max; exchange them");
        }
        Parameter parameter = new Parameter(name, type, description, fallback, min, max, choices);
        declare(fields, name, type.valueType());
        given.flatMap(parameter::problemWith).ifPresent(why -> fields.wrong("default", "the default of " + why));
        given.ifPresent(value -> vocabulary.setDefault(name, value));
        return parameter;
    }

    private Optional<Value> fallback(Fields fields, Parameter.Type type) {
        Optional<YamlNode> node = fields.required("default");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Optional<Value> value =
                node.get() instanceof Scalar s && fits(s.kind(), type) ? type.read(s.text()) : Optional.empty();
        if (value.isEmpty()) {
            fields.wrong("default", fields.what("default") + " is " + node.get().words() + "; give " + type.words());
        }
        return value;
    }

    private static Value nothing(Parameter.Type type) {
        return switch (type) {
            case INTEGER, NUMBER -> new Value.Amount(0);
            case DURATION -> new Value.Span(0);
            case STRING -> new Value.Text("");
            case BOOLEAN -> new Value.Flag(false);
        };
    }

    private static boolean fits(Kind kind, Parameter.Type type) {
        return switch (type) {
            case INTEGER -> kind == Kind.WHOLE_NUMBER;
            case NUMBER -> kind == Kind.WHOLE_NUMBER || kind == Kind.NUMBER;
            case DURATION, STRING -> kind == Kind.TEXT;
            case BOOLEAN -> kind == Kind.FLAG;
        };
    }
}
