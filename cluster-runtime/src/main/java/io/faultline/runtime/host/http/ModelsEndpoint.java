package io.faultline.runtime.host.http;

import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.faultline.runtime.request.ErrorType;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The models that are served now, in OpenAI's form: all of them at [#LIST], one below it.
final class ModelsEndpoint implements Endpoint {
    static final String LIST = "/v1/models";
    private static final String BELOW = LIST + "/";

    private final FrontendLink frontend;
    private final long createdSeconds;

    /// @param createdSeconds Unix time from which the models are said to be
    ModelsEndpoint(FrontendLink frontend, long createdSeconds) {
        this.frontend = frontend;
        this.createdSeconds = createdSeconds;
    }

    @Override
    public void serve(Exchange exchange) {
        frontend.models(
                exchange,
                models -> {
                    if (exchange.path().startsWith(BELOW)) {
                        one(exchange, models);
                    } else {
                        all(exchange, models);
                    }
                },
                () -> exchange.refuse(Refusal.of(ErrorType.UNAVAILABLE, "The frontend does not answer.")));
    }

    private void all(Exchange exchange, List<ModelSummary> models) {
        JsonBytes out = new JsonBytes(512).ascii("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < models.size(); i++) {
            write(out.ascii(i == 0 ? "" : ","), models.get(i));
        }
        exchange.respond(out.ascii("]}"));
    }

    private void one(Exchange exchange, List<ModelSummary> models) {
        String name = decoded(exchange.path().substring(BELOW.length()));
        for (ModelSummary model : models) {
            if (model.name().equals(name)) {
                exchange.respond(write(new JsonBytes(256), model));
                return;
            }
        }
        exchange.refuse(Refusal.of(ErrorType.NOT_FOUND, "The model '" + name + "' is not served here.", "model"));
    }

    private JsonBytes write(JsonBytes out, ModelSummary model) {
        return out.ascii("{\"id\":")
                .string(model.name())
                .ascii(",\"object\":\"model\",\"created\":")
                .number(createdSeconds)
                .ascii(",\"owned_by\":\"faultline\",\"max_model_len\":")
                .number(model.contextTokens())
                .ascii("}");
    }

    /// A path that is not properly encoded names no model.
    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return path;
        }
    }
}
