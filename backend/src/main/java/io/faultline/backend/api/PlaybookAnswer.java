package io.faultline.backend.api;

import io.faultline.playbook.model.Parameter;
import io.faultline.playbook.model.Playbook;
import java.util.List;

/// One playbook that can be run.
///
/// @param difficulty 1 (everybody) to 5
record PlaybookAnswer(
        String name,
        String title,
        String description,
        List<String> tags,
        List<String> requirements,
        double expectedSeconds,
        int difficulty,
        List<ParameterAnswer> parameters) {
    private static final double NANOS_PER_SECOND = 1e9;

    /// @param type integer, number, duration, string or boolean
    /// @param choices the texts that are allowed; empty = any
    record ParameterAnswer(String name, String type, String description, List<String> choices) {}

    static PlaybookAnswer of(Playbook p) {
        return new PlaybookAnswer(
                p.metadata().name(),
                p.metadata().title(),
                p.metadata().description(),
                p.metadata().tags(),
                p.metadata().requirements(),
                p.metadata().expectedDurationNanos() / NANOS_PER_SECOND,
                p.metadata().difficulty(),
                p.parameters().stream().map(PlaybookAnswer::parameter).toList());
    }

    private static ParameterAnswer parameter(Parameter p) {
        return new ParameterAnswer(p.name(), TopologyAnswer.word(p.type()), p.description(), p.choices());
    }
}
