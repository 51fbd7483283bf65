package io.faultline.runtime.host.http;

import io.faultline.runtime.admission.AdmissionPort;
import io.faultline.runtime.admission.AdmissionPort.ModelThresholds;
import io.faultline.runtime.admission.BusyThresholds;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Dynamo's `/busy_threshold`: GET lists the models that have thresholds; POST with a model alone reads them, with
/// thresholds sets those it names, at once. A threshold that is null or left out stays as it is. Errors are
/// `{"error": text}`: 400 for what is malformed or out of range, 404 for a model nobody knows.
final class BusyThresholdEndpoint implements Endpoint {
    static final String PATH = "/busy_threshold";
    private static final String DECODE = "active_decode_blocks_threshold";
    private static final String PREFILL = "active_prefill_tokens_threshold";
    private static final String PREFILL_SHARE = "active_prefill_tokens_threshold_frac";

    private final AdmissionLink admission;
    private final boolean takesChanges;

    /// @param takesChanges POST, otherwise GET
    BusyThresholdEndpoint(AdmissionLink admission, boolean takesChanges) {
        this.admission = admission;
        this.takesChanges = takesChanges;
    }

    @Override
    public void serve(Exchange exchange) {
        if (takesChanges) {
            change(exchange);
        } else {
            admission.ask(exchange, AdmissionPort::busyThresholds, all -> list(exchange, all));
        }
    }

    private static void list(Exchange exchange, List<ModelThresholds> all) {
        JsonBytes out = new JsonBytes(256).ascii("{\"thresholds\":[");
        for (int i = 0; i < all.size(); i++) {
            write(out.ascii(i == 0 ? "" : ","), all.get(i));
        }
        exchange.respond(out.ascii("]}"));
    }

    private void change(Exchange exchange) {
        Asked asked = new Asked();
        String problem = read(exchange, asked);
        exchange.body().drop();
        String model = asked.model;
        if (problem == null && model == null) {
            problem = "'model' is missing";
        }
        if (problem == null) {
            problem = BusyThresholds.problem(asked.decode, asked.prefill, asked.prefillShare)
                    .orElse(null);
        }
        if (problem != null || model == null) {
            error(exchange, 400, String.valueOf(problem));
            return;
        }
        BusyThresholds changed = new BusyThresholds(asked.decode, asked.prefill, asked.prefillShare);
        admission.ask(exchange, port -> apply(port, model, changed), now -> {
            if (now.isPresent()) {
                exchange.respond(write(new JsonBytes(256), new ModelThresholds(model, now.get())));
            } else {
                error(exchange, 404, "model '" + model + "' not found");
            }
        });
    }

    /// The thresholds after the change; empty when there is nobody to change them for. Reading never fails: a
    /// model that nobody knows has none.
    private static Optional<BusyThresholds> apply(AdmissionPort port, String model, BusyThresholds changed) {
        BusyThresholds before = port.busyThresholds(model).orElse(BusyThresholds.NONE);
        if (changed.isNone()) {
            return Optional.of(before);
        }
        BusyThresholds after = before.with(changed);
        return port.useBusyThresholds(model, after, "POST " + PATH) ? Optional.of(after) : Optional.empty();
    }

    private static final class Asked {
        private @Nullable String model;
        private @Nullable Double decode;
        private @Nullable Long prefill;
        private @Nullable Double prefillShare;
    }

    /// What is wrong with the body; null when it could be read.
    private static @Nullable String read(Exchange exchange, Asked asked) {
        try {
            JsonFields json =
                    new JsonFields(exchange.body().bytes(), exchange.body().length());
            json.object(name -> {
                if (json.isNull()) {
                    return;
                }
                switch (name) {
                    case "model" -> asked.model = json.text();
                    case DECODE -> asked.decode = json.number(-Double.MAX_VALUE, Double.MAX_VALUE);
                    case PREFILL -> asked.prefill = json.integer(Long.MIN_VALUE, Long.MAX_VALUE);
                    case PREFILL_SHARE -> asked.prefillShare = json.number(-Double.MAX_VALUE, Double.MAX_VALUE);
                    default -> json.skip();
                }
            });
            json.end();
            return null;
        } catch (BadField e) {
            return e.refusal().message();
        } catch (JacksonException e) {
            return "the body is not valid JSON";
        }
    }

    private static void error(Exchange exchange, int status, String text) {
        exchange.respond(
                status,
                ResponseHead.JSON,
                new JsonBytes(128).ascii("{\"error\":").string(text).ascii("}").toArray(),
                "");
    }

    private static JsonBytes write(JsonBytes out, ModelThresholds of) {
        BusyThresholds t = of.thresholds();
        return out.ascii("{\"model\":")
                .string(of.model())
                .ascii(",\"" + DECODE + "\":" + t.activeDecodeBlocks())
                .ascii(",\"" + PREFILL + "\":" + t.activePrefillTokens())
                .ascii(",\"" + PREFILL_SHARE + "\":" + t.activePrefillTokensFrac())
                .ascii("}");
    }
}
