package io.faultline.runtime.admission;

import io.faultline.runtime.admission.AdmissionPort.Door;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.routing.InstancePool;
import io.faultline.runtime.routing.RoutingPolicy.Candidate;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Decides for one frontend which new requests are served. Two reasons to refuse, each off unless it is asked for:
/// every instance of the model is over a busy threshold, or as many requests are in flight as measured latency
/// allows. Confined to the loop.
public final class AdmissionControl {
    private final NodeLoop loop;
    private final AdmissionConfig config;
    private final InstancePool pool;
    private final BusyMonitor busy;
    private final EventSink events;
    private final TreeMap<String, ModelAdmission> models = new TreeMap<>();
    private final List<Consumer<Door>> watchers = new ArrayList<>();
    private Door door = new Door.Open();

    public AdmissionControl(
            NodeLoop loop, AdmissionConfig config, InstancePool pool, BusyMonitor busy, EventSink events) {
        this.loop = loop;
        this.config = config;
        this.pool = pool;
        this.busy = busy;
        this.events = events;
        busy.whenChanged(this::lookAtDoor);
    }

    /// A request came. Nothing is held by the answer: [#take] the permit in the same turn.
    public Admission consider(InferenceRequest request) {
        String model = request.model();
        ModelAdmission of = of(model);
        List<Candidate> routable = pool.candidates(model, Set.of());
        if (!routable.isEmpty() && free(routable).isEmpty()) {
            return refused(model, RejectReason.ALL_BUSY);
        }
        return switch (of.roomFor(request)) {
            case FREE -> new Admission.Admitted();
            case NONE -> refused(model, RejectReason.ADAPTIVE_LIMIT);
            case RESERVED -> refused(model, RejectReason.RESERVED);
            case PACED -> refused(model, RejectReason.PACED);
        };
    }

    /// The refusal of a request of this model for this reason, counted.
    public Admission.Refused refused(String model, RejectReason reason) {
        ModelAdmission of = of(model);
        of.refused();
        return new Admission.Refused(reason, words(reason), of.retryAfterSeconds(), evidence(model));
    }

    private static String words(RejectReason reason) {
        return switch (reason) {
            case NO_INSTANCE -> "no worker serves the model right now; try again shortly";
            case ALL_BUSY -> "all workers are busy; try again later";
            case ADAPTIVE_LIMIT -> "as many requests are being served as can be in good time; try again later";
            case RESERVED ->
                "the remaining room is kept for requests of higher priority or other users; try again later";
            case PACED -> "requests are let in one after the other, and one just was; try again later";
            case FRONTEND_FULL -> "the frontend has as many requests in flight as it holds; try again later";
            case SHUTTING_DOWN -> "this frontend is shutting down; use another one";
        };
    }

    public Admission.Evidence evidence(String model) {
        List<Candidate> routable = pool.candidates(model, Set.of());
        ModelAdmission of = of(model);
        return new Admission.Evidence(
                routable.size(), routable.size() - free(routable).size(), of.inFlight(), of.limitOrNone());
    }

    public Permit take(InferenceRequest request, int promptTokens) {
        Permit permit = of(request.model()).take(request, promptTokens);
        lookAtDoor();
        return permit;
    }

    /// Those candidates that are not busy, in their order.
    public List<Candidate> free(List<Candidate> candidates) {
        List<Candidate> free = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            if (!busy.isBusy(candidate.instance())) {
                free.add(candidate);
            }
        }
        return free;
    }

    private ModelAdmission of(String model) {
        return models.computeIfAbsent(
                model,
                name -> new ModelAdmission(
                        name,
                        loop,
                        config,
                        events,
                        () -> pool.candidates(name, Set.of()).size(),
                        this::lookAtDoor));
    }

    // ---- the door

    /// [AdmissionPort#watchDoor].
    public void watchDoor(Consumer<Door> watcher) {
        watchers.add(watcher);
        watcher.accept(door);
        lookAtDoor();
    }

    /// [AdmissionPort#turnedAway].
    public void turnedAway(String request, ApiEndpoint endpoint) {
        List<String> known = busy.models();
        // Nobody read which model was asked for; with one there is no doubt.
        String model = known.size() == 1 ? known.getFirst() : "";
        RejectReason reason = door instanceof Door.Closed closed ? closed.reason() : RejectReason.ALL_BUSY;
        Admission.Evidence evidence = model.isEmpty() ? new Admission.Evidence(0, 0, 0, -1) : evidence(model);
        if (!model.isEmpty()) {
            of(model).refusedUnseen();
        }
        events.emit(new RequestEvent.RequestReceived(request, model, endpoint, false, 0, 0, PriorityClass.UNREAD));
        events.emit(new RequestEvent.RequestRejected(
                request,
                ErrorType.RESOURCE_EXHAUSTED,
                reason,
                evidence.instances(),
                evidence.busy(),
                evidence.inFlight(),
                evidence.limit(),
                0,
                PriorityClass.UNREAD));
    }

    private void lookAtDoor() {
        if (watchers.isEmpty()) {
            return;
        }
        Door now = doorNow();
        if (!now.equals(door)) {
            door = now;
            watchers.forEach(watcher -> watcher.accept(now));
        }
    }

    private Door doorNow() {
        Door.Closed closed = null;
        for (String model : busy.models()) {
            List<Candidate> routable = pool.candidates(model, Set.of());
            if (routable.isEmpty()) {
                return new Door.Open();
            }
            ModelAdmission of = of(model);
            boolean full = of.isFull();
            if (!full && !free(routable).isEmpty()) {
                return new Door.Open();
            }
            RejectReason reason = full ? RejectReason.ADAPTIVE_LIMIT : RejectReason.ALL_BUSY;
            int seconds = of.retryAfterSeconds();
            if (closed == null || seconds < closed.retryAfterSeconds()) {
                closed = new Door.Closed(reason, words(reason), seconds);
            }
        }
        return closed == null ? new Door.Open() : closed;
    }
}
