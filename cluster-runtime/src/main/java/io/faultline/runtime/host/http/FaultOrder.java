package io.faultline.runtime.host.http;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultKind;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A fault as somebody ordered it of this process, in the words of playbooks:
/// `{"fault":"engine-freeze","afterTokens":1,"duration":20,"by":"me"}`. Fields that its kind does not have, or that
/// nobody knows, are refused: a slip of the pen is not to break something else than was meant.
///
/// @param duration null when the order does not say
record FaultOrder(Fault fault, @Nullable Duration duration, String by) {
    /// Who ordered it when nobody says.
    static final String SOMEBODY = "the system port";

    private static final int WORD_CHARS_MAX = 100;
    private static final int TOKENS_MAX = 1_000_000;
    private static final double SECONDS_MAX = 86_400;

    /// @param node the only target there is
    static FaultOrder read(Body body, NodeId node) throws BadField {
        Draft draft = new Draft();
        try {
            JsonFields json = new JsonFields(body.bytes(), body.length());
            json.object(name -> draft.field(json, name, node));
            json.end();
        } catch (JacksonException _) {
            throw wrong("the body is not valid JSON");
        }
        return draft.order(node);
    }

    private static BadField wrong(String what) {
        return new BadField(ErrorType.INVALID_ARGUMENT, null, what);
    }

    /// What has been read so far.
    private static final class Draft {
        private @Nullable FaultKind kind;
        private @Nullable Double factor;
        private @Nullable Integer afterTokens;
        private @Nullable Duration duration;
        private String by = SOMEBODY;

        /// Two names of one thing are those of playbooks and of the fault service.
        void field(JsonFields json, String name, NodeId node) throws BadField {
            switch (name) {
                case "fault", "fault_type" -> kind = kind(json);
                case "factor" -> factor = json.number(1, EngineCondition.FACTOR_MAX);
                case "afterTokens" -> afterTokens = json.integer(0, TOKENS_MAX);
                case "duration", "duration_seconds" ->
                    duration = Duration.ofNanos((long) (json.number(0.001, SECONDS_MAX) * 1e9));
                case "by" -> by = word(json);
                case "target" -> {
                    if (!word(json).equals(node.value())) {
                        throw json.invalid("must be " + node + ", this process, or left out");
                    }
                }
                default ->
                    throw json.invalid(
                            "is no field of a fault; there are fault, target, duration, factor, afterTokens and by");
            }
        }

        private static FaultKind kind(JsonFields json) throws BadField {
            String word = word(json);
            return FaultKind.of(word)
                    .orElseThrow(() -> json.invalid("must be one of "
                            + Arrays.stream(FaultKind.values())
                                    .map(FaultKind::word)
                                    .collect(Collectors.joining(", "))
                            + ", not '" + word + "'"));
        }

        private static String word(JsonFields json) throws BadField {
            String word = json.text();
            if (word.isBlank() || word.length() > WORD_CHARS_MAX) {
                throw json.invalid("must have 1 to " + WORD_CHARS_MAX + " characters");
            }
            return word;
        }

        FaultOrder order(NodeId node) throws BadField {
            if (kind == null) {
                throw wrong("'fault' is missing");
            }
            if (factor != null && !kind.hasFactor()) {
                throw wrong(kind.word() + " has no factor; leave it out");
            }
            if (afterTokens != null && !kind.hasAfterTokens()) {
                throw wrong(kind.word() + " has no afterTokens; leave it out");
            }
            Fault fault = kind.fault(
                    node,
                    new FaultKind.Strength(
                            factor == null ? FaultKind.FACTOR_DEFAULT : factor,
                            afterTokens == null ? 0 : afterTokens,
                            FaultKind.PERCENT_DEFAULT));
            return new FaultOrder(fault, duration, by);
        }
    }
}
