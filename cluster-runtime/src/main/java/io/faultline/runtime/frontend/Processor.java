package io.faultline.runtime.frontend;

import io.faultline.runtime.admission.Admission;
import io.faultline.runtime.admission.AdmissionControl;
import io.faultline.runtime.admission.Permit;
import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.migration.MigrationPolicy;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.routing.InstancePool;
import io.faultline.runtime.routing.RoutedSequence;
import io.faultline.runtime.routing.RouterClient;
import io.faultline.runtime.routing.RoutingPolicy;
import io.faultline.runtime.routing.RoutingPolicy.Candidate;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.text.Tokenizer;
import io.faultline.runtime.transport.RequestPlaneClient;
import io.faultline.runtime.transport.RequestPlaneClient.TokenStream;
import io.faultline.runtime.transport.StreamListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns requests into token streams and back: templates, tokenises, checks limits, and hands each request to
/// an [ActiveRequest]. Confined to the loop.
final class Processor {
    private final FrontendConfig config;
    private final NodeLoop loop;
    private final EventSink events;
    private final RequestPlaneClient plane;
    private final InstancePool pool;
    private final ModelCatalogue models;
    private final AdmissionControl admission;
    private final Routing routing;
    private final MigrationPolicy migrations;
    private final PromptEncoder prompts;
    private final RandomSource jitter;
    private final SequencedSet<ActiveRequest> active = new LinkedHashSet<>();

    Processor(
            FrontendConfig config,
            NodeLoop loop,
            RandomSource random,
            EventSink events,
            RequestPlaneClient plane,
            InstancePool pool,
            ModelCatalogue models,
            AdmissionControl admission,
            Routing routing) {
        this.config = config;
        this.loop = loop;
        this.events = events;
        this.plane = plane;
        this.pool = pool;
        this.models = models;
        this.admission = admission;
        this.routing = routing;
        this.migrations = new MigrationPolicy(config.migration());
        this.prompts = new PromptEncoder(config.chatTemplate(), config.tokenizer());
        this.jitter = random.fork("migration-jitter");
    }

    /// Who says where requests go.
    /// @param own when no router says it
    record Routing(RoutingPolicy own, RouterClient routers) {}

    FrontendPort.Ticket submit(InferenceRequest request, ResponseSink sink) {
        ModelCard card = models.card(request.model());
        if (card == null) {
            return refuse(
                    request,
                    sink,
                    new RequestError(
                            ErrorType.NOT_FOUND,
                            "the model '" + request.model() + "' does not exist; GET /v1/models lists those that do",
                            "model"));
        }
        // Before the work of templates and tokens, which would be done for nothing.
        if (active.size() >= config.activeMax()) {
            return shed(request, sink, admission.refused(request.model(), RejectReason.FRONTEND_FULL));
        }
        if (admission.consider(request) instanceof Admission.Refused refused) {
            return shed(request, sink, refused);
        }
        return switch (prompts.encode(request.prompt(), card.contextTokens())) {
            case PromptEncoder.Encoding.Refused(RequestError error) -> refuse(request, sink, error);
            case PromptEncoder.Encoding.Encoded(int[] prompt) -> admit(request, prompt, card, sink);
        };
    }

    private FrontendPort.Ticket admit(InferenceRequest request, int[] prompt, ModelCard card, ResponseSink sink) {
        int room = card.contextTokens() - prompt.length;
        boolean lengthLeftOpen = request.stop().maxTokens() == Integer.MAX_VALUE;
        if (room < 1 || !lengthLeftOpen && request.stop().maxTokens() > room) {
            String asked = lengthLeftOpen
                    ? ""
                    : " and max_tokens asks for " + request.stop().maxTokens();
            return refuse(
                    request,
                    sink,
                    new RequestError(
                            ErrorType.INVALID_ARGUMENT,
                            "the model's context is " + card.contextTokens() + " tokens, but the prompt has "
                                    + prompt.length + asked + "; shorten the prompt"
                                    + (lengthLeftOpen ? "" : " or lower max_tokens"),
                            room < 1 ? promptField(request.prompt()) : "max_tokens"));
        }
        StopConditions given = request.stop();
        StopConditions stop = new StopConditions(
                Math.min(given.maxTokens(), room),
                Math.min(given.minTokens(), room),
                given.ignoreEos(),
                given.stopStrings());
        received(request, prompt.length, stop.maxTokens());
        Permit permit = admission.take(request, prompt.length);
        ActiveRequest started = new ActiveRequest(this, request, prompt, stop, permit, sink);
        active.add(started);
        loop.post(started::dispatch);
        return started;
    }

    /// Refuses a request because this frontend is shutting down; the answer comes in a later turn.
    FrontendPort.Ticket turnAway(InferenceRequest request, ResponseSink sink) {
        return shed(request, sink, admission.refused(request.model(), RejectReason.SHUTTING_DOWN));
    }

    private FrontendPort.Ticket shed(InferenceRequest request, ResponseSink sink, Admission.Refused refused) {
        received(request, 0, 0);
        Outcome.Rejected outcome = rejected(request, refused, 0);
        loop.post(() -> sink.ended(outcome, ""));
        return _ -> {};
    }

    /// Says that a request is refused, and how it is told to its client.
    Outcome.Rejected rejected(InferenceRequest request, Admission.Refused refused, long durationNanos) {
        ErrorType type = switch (refused.reason()) {
            case NO_INSTANCE -> ErrorType.UNAVAILABLE;
            case SHUTTING_DOWN -> ErrorType.SHUTTING_DOWN;
            case ALL_BUSY, ADAPTIVE_LIMIT, RESERVED, PACED, FRONTEND_FULL -> ErrorType.RESOURCE_EXHAUSTED;
        };
        Admission.Evidence evidence = refused.evidence();
        events.emit(new RequestEvent.RequestRejected(
                request.id(),
                type,
                refused.reason(),
                evidence.instances(),
                evidence.busy(),
                evidence.inFlight(),
                evidence.limit(),
                durationNanos,
                PriorityClass.of(request.priority())));
        return new Outcome.Rejected(new RequestError(type, refused.words()), refused.retryAfterSeconds());
    }

    /// Fails a request that never was active; the answer comes in a later turn.
    private FrontendPort.Ticket refuse(InferenceRequest request, ResponseSink sink, RequestError error) {
        received(request, 0, 0);
        events.emit(new RequestEvent.RequestFailed(request.id(), error.type(), error.message(), 0));
        loop.post(() -> sink.ended(new Outcome.Failed(error), ""));
        return _ -> {};
    }

    private void received(InferenceRequest request, int promptTokens, int maxTokens) {
        events.emit(new RequestEvent.RequestReceived(
                request.id(),
                request.model(),
                request.endpoint(),
                request.streaming(),
                promptTokens,
                maxTokens,
                PriorityClass.of(request.priority())));
    }

    private static String promptField(Prompt prompt) {
        return prompt instanceof Prompt.Chat ? "messages" : "prompt";
    }

    int activeCount() {
        return active.size();
    }

    /// False when no request of that id is active.
    boolean cancel(String requestId, StopReason reason) {
        for (ActiveRequest request : active) {
            if (request.id().equals(requestId)) {
                request.cancel(reason);
                return true;
            }
        }
        return false;
    }

    void abortAll() {
        for (ActiveRequest request : List.copyOf(active)) {
            request.abort();
        }
    }

    // ---- what an active request needs

    NodeLoop loop() {
        return loop;
    }

    long now() {
        return loop.now();
    }

    NodeLoop.Timer after(long delayNanos, Runnable task) {
        return loop.after(delayNanos, task);
    }

    void emit(EventRecord record) {
        events.emit(record);
    }

    Tokenizer tokenizer() {
        return config.tokenizer();
    }

    MigrationConfig migration() {
        return config.migration();
    }

    int progressTokens() {
        return config.progressTokens();
    }

    /// Without the instances that failed this request already, unless there are no others; and without busy ones,
    /// unless there are no others and the request is under way: it was admitted once, work was done for it, and
    /// its client has a part of the answer, so it is not shed like a new one.
    List<Candidate> candidates(String model, Set<Long> failed, boolean underWay) {
        List<Candidate> routable = pool.candidates(model, failed);
        if (routable.isEmpty() && !failed.isEmpty()) {
            routable = pool.candidates(model, Set.of());
        }
        List<Candidate> free = admission.free(routable);
        return free.isEmpty() && underWay ? routable : free;
    }

    /// The refusal of a request for which [#candidates] has nobody.
    Admission.Refused nobodyFor(String model) {
        boolean anyRoutable = !pool.candidates(model, Set.of()).isEmpty();
        return admission.refused(model, anyRoutable ? RejectReason.ALL_BUSY : RejectReason.NO_INSTANCE);
    }

    /// Asks a router, if there is one; otherwise the sequence does not wait for an answer.
    RoutedSequence askRouter(GenerateRequest request, List<Candidate> candidates, Consumer<OptionalLong> answer) {
        ModelCard card = models.card(request.model());
        int blockTokens = card == null ? 1 : card.kvBlockTokens();
        return routing.routers.route(request, blockTokens, excluded(candidates), answer);
    }

    /// All instances but the candidates, in ascending order.
    private long[] excluded(List<Candidate> candidates) {
        Set<Long> wanted = new TreeSet<>();
        candidates.forEach(candidate -> wanted.add(candidate.instance()));
        return pool.instances().stream()
                .mapToLong(Instance::id)
                .filter(id -> !wanted.contains(id))
                .sorted()
                .toArray();
    }

    /// One of the candidates, without a router.
    Instance chooseAlone(GenerateRequest request, List<Candidate> candidates) {
        return instance(routing.own.choose(request, candidates).instance());
    }

    Instance instance(long chosen) {
        @Nullable Instance instance = pool.instance(chosen);
        if (instance == null) {
            throw Invariants.broken("instance %s was chosen, which is not in the pool", chosen);
        }
        return instance;
    }

    TokenStream open(Instance instance, GenerateRequest request, StreamListener listener) {
        return plane.open(instance.address(), request, listener);
    }

    void inhibit(long instance, RequestError because) {
        pool.inhibit(instance, because.type(), because.message());
    }

    /// The streams on an instance that still answers go on elsewhere, those that may.
    void leave(long instance, RequestError why) {
        for (ActiveRequest request : List.copyOf(active)) {
            request.leave(instance, why);
        }
    }

    /// Until when a new request waits for an instance of a model that has none; not after now if it does not.
    /// One that is refused because all are busy does not wait.
    long patienceWithModelUntil(String model) {
        long lostAtNanos = pool.lostAtNanos(model);
        boolean isLost = lostAtNanos >= 0 && pool.candidates(model, Set.of()).isEmpty();
        return isLost ? lostAtNanos + config.migration().patienceNanos() : loop.now();
    }

    /// @return ends the wait; harmless when it is over
    NodeLoop.Timer whenInstanceAppears(Runnable then) {
        return pool.whenOneAppears(then);
    }

    MigrationPolicy.Decision decide(ErrorType error, MigrationPolicy.Spent spent, int sequenceTokens, long leftNanos) {
        return migrations.decide(error, spent, sequenceTokens, leftNanos, jitter);
    }

    void ended(ActiveRequest request) {
        active.remove(request);
    }
}
