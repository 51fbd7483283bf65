package io.faultline.runtime.host.http;

import io.faultline.runtime.admission.AdmissionPort;
import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeLoop;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The server of the OpenAI-compatible API: `POST /v1/chat/completions`, `POST /v1/completions`, `GET
/// /v1/models`, `GET /v1/models/{id}`, `GET /health`, `GET /live`, `GET /metrics`, and with an [AdmissionPort]
/// `/busy_threshold`.
///
/// The frontend behind it is only ever called on its own loop. When that loop is the event loop of the group
/// given here, requests and answers stay on one thread. Started once and stopped once; [#start] and [#stop] may
/// be called from any thread that is not one of the group's.
public final class HttpFrontend {
    private final HttpFrontendConfig config;
    private final ServerStage stage;
    private final LoopWatch watch;
    private final HttpListener listener;

    /// Serves on an event loop of its own.
    public HttpFrontend(HttpFrontendConfig config, FrontendPort port, NodeLoop loop, MetricsText metrics) {
        this(config, port, null, loop, metrics, SocketIo.best().group("http"), true);
    }

    /// Serves on the event loops of `group` and leaves their shutdown to their owner.
    public HttpFrontend(
            HttpFrontendConfig config, FrontendPort port, NodeLoop loop, MetricsText metrics, EventLoopGroup group) {
        this(config, port, null, loop, metrics, group, false);
    }

    /// The same, with `/busy_threshold`, and refusing work before it is read when there is no room for any.
    public HttpFrontend(
            HttpFrontendConfig config,
            FrontendPort port,
            AdmissionPort admission,
            NodeLoop loop,
            MetricsText metrics,
            EventLoopGroup group) {
        this(config, port, admission, loop, metrics, group, false);
    }

    private HttpFrontend(
            HttpFrontendConfig config,
            FrontendPort port,
            @Nullable AdmissionPort admission,
            NodeLoop loop,
            MetricsText metrics,
            EventLoopGroup group,
            boolean ownsGroup) {
        this.config = config;
        this.stage = new ServerStage(config.limits(), metrics.wire());
        this.watch = new LoopWatch(loop, config.timeouts().loopWatchNanos(), metrics.wire());
        FrontendLink frontend = new FrontendLink(port, loop, config.timeouts().frontendNanos());
        AdmissionLink door = admission == null
                ? null
                : new AdmissionLink(admission, loop, config.timeouts().frontendNanos());
        this.listener =
                new HttpListener(config, "--api-port", routes(frontend, door, metrics), stage, group, ownsGroup);
    }

    private RouteTable routes(FrontendLink frontend, @Nullable AdmissionLink door, MetricsText metrics) {
        TurnWriter writer = new TurnWriter(frontend.loop());
        ModelsEndpoint models = new ModelsEndpoint(frontend, System.currentTimeMillis() / 1000);
        RouteTable routes = new RouteTable()
                .add(
                        "POST",
                        "/v1/chat/completions",
                        new GenerationEndpoint(ApiEndpoint.CHAT_COMPLETIONS, config, frontend, stage, writer, door))
                .add(
                        "POST",
                        "/v1/completions",
                        new GenerationEndpoint(ApiEndpoint.COMPLETIONS, config, frontend, stage, writer, door))
                .add("GET", ModelsEndpoint.LIST, models)
                .addBelow("GET", ModelsEndpoint.LIST + "/", models)
                .add("GET", "/health", new HealthEndpoint(frontend, stage, config.retryAfterSeconds()))
                .add("GET", "/live", new LiveEndpoint(stage, config.retryAfterSeconds()))
                .add("GET", "/metrics", new MetricsEndpoint(frontend, metrics, this::tellWhatIsHeld));
        if (door != null) {
            routes.add("GET", BusyThresholdEndpoint.PATH, new BusyThresholdEndpoint(door, false))
                    .add("POST", BusyThresholdEndpoint.PATH, new BusyThresholdEndpoint(door, true));
        }
        return routes;
    }

    private void tellWhatIsHeld() {
        stage.wire().held(listener.bodyBytes(), stage.unsent().held());
    }

    /// Begins to listen; waits for the operating system's answer.
    public StartResult start() {
        StartResult result = listener.start();
        if (result instanceof StartResult.Listening) {
            watch.start();
        }
        return result;
    }

    /// Refuses new work at once, lets running answers end for up to `graceNanos`, ends the rest with an error,
    /// and closes everything. Health and liveness are answered, with 503, until the end. Calling it again changes
    /// nothing.
    ///
    /// @return how many answers did not end in time
    public CompletableFuture<Integer> stop(long graceNanos) {
        CompletableFuture<Void> drained = stage.drain();
        long patience = config.timeouts().frontendNanos();
        return within(drained, graceNanos).thenCompose(_ -> {
            int cut = stage.open();
            stage.abortAll(
                    Refusal.of(ErrorType.SHUTTING_DOWN, "The frontend is shutting down; send the request again."));
            return within(drained, patience)
                    .thenCompose(_ -> within(listener.closeConnections(), patience))
                    .thenCompose(_ -> close())
                    .thenApply(_ -> cut);
        });
    }

    /// Drops everything at once, as when the process dies: clients see their connections break.
    public CompletableFuture<Void> kill() {
        return close();
    }

    /// Generations under way.
    public int openRequests() {
        return stage.open();
    }

    /// Completes with `future`, or after this time.
    private static CompletableFuture<Void> within(CompletableFuture<Void> future, long nanos) {
        return future.copy().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
    }

    private CompletableFuture<Void> close() {
        watch.stop();
        return listener.close();
    }
}
