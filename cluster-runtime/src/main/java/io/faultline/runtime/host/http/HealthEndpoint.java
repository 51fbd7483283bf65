package io.faultline.runtime.host.http;

import io.faultline.runtime.frontend.FrontendPort.FrontendState;
import io.faultline.runtime.frontend.FrontendPort.InstanceState;
import io.faultline.runtime.frontend.FrontendPort.Stage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/// Whether a request could be routed now: 200 then, 503 otherwise, with the instances that are known either way.
final class HealthEndpoint implements Endpoint {
    private static final Pattern HOST_AND_PORT = Pattern.compile("[^/]+:\\d{1,5}(/.*)?");

    private final FrontendLink frontend;
    private final ServerStage stage;
    private final int retryAfterSeconds;

    HealthEndpoint(FrontendLink frontend, ServerStage stage, int retryAfterSeconds) {
        this.frontend = frontend;
        this.stage = stage;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    @Override
    public void serve(Exchange exchange) {
        frontend.state(
                exchange,
                state -> answer(exchange, state),
                () -> notReady(exchange, "unresponsive", "The frontend does not answer", List.of()));
    }

    private void answer(Exchange exchange, FrontendState state) {
        if (stage.isDraining()) {
            notReady(exchange, "draining", "Service is shutting down", state.instances());
        } else if (!state.ready()) {
            String message = state.stage() == Stage.READY ? "No instance can be routed to" : "Service is not ready";
            notReady(exchange, state.stage().name().toLowerCase(Locale.ROOT), message, state.instances());
        } else {
            JsonBytes out = new JsonBytes(1024).ascii("{\"status\":\"healthy\"");
            writeInstances(out, state.instances());
            exchange.respond(out.ascii("}"));
        }
    }

    private void notReady(Exchange exchange, String stageName, String message, List<InstanceState> instances) {
        JsonBytes out = new JsonBytes(1024).ascii("{\"status\":\"not_ready\",\"stage\":");
        out.string(stageName).ascii(",\"message\":").string(message);
        writeInstances(out, instances);
        out.ascii("}");
        exchange.respond(503, ResponseHead.JSON, out.toArray(), Exchange.retryAfter(retryAfterSeconds));
    }

    private static void writeInstances(JsonBytes out, List<InstanceState> instances) {
        SequencedSet<String> endpoints = new LinkedHashSet<>();
        for (InstanceState i : instances) {
            endpoints.add("dyn://" + i.namespace() + "." + i.component() + "." + i.endpoint());
        }
        out.ascii(",\"endpoints\":[");
        String separator = "";
        for (String endpoint : endpoints) {
            out.ascii(separator).string(endpoint);
            separator = ",";
        }
        out.ascii("],\"instances\":[");
        for (int i = 0; i < instances.size(); i++) {
            writeInstance(out.ascii(i == 0 ? "" : ","), instances.get(i));
        }
        out.ascii("]");
    }

    private static void writeInstance(JsonBytes out, InstanceState instance) {
        out.ascii("{\"component\":").string(instance.component());
        out.ascii(",\"endpoint\":").string(instance.endpoint());
        out.ascii(",\"namespace\":").string(instance.namespace());
        out.ascii(",\"instance_id\":").unsigned(instance.id());
        // In one process instances have names instead of sockets.
        boolean isSocket = HOST_AND_PORT.matcher(instance.transport()).matches();
        out.ascii(isSocket ? ",\"transport\":{\"tcp\":" : ",\"transport\":{\"local\":")
                .string(instance.transport());
        out.ascii("}}");
    }
}
