package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.RequestView.AttemptView;
import io.faultline.runtime.history.RequestView.ProgressPoint;
import io.faultline.runtime.history.RequestView.RequestPhase;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Every request's journey, the newest `requestsMax` of them; running ones are kept longest.
final class RequestFold implements Fold {
    private final int requestsMax;
    private final int progressPointsMax;
    private final PrefillFold prefills;
    private final LinkedHashMap<String, Journey> journeys = new LinkedHashMap<>();
    private final Map<Long, String> nodeOfInstance = new LinkedHashMap<>();

    /// @param prefills knows which prompts were to be prefilled elsewhere; it has seen every event before this fold
    RequestFold(int requestsMax, int progressPointsMax, PrefillFold prefills) {
        this.prefills = prefills;
        this.requestsMax = requestsMax;
        this.progressPointsMax = progressPointsMax;
    }

    @Override
    public void apply(ClusterEvent event) {
        long at = event.atNanos();
        switch (event.record()) {
            case DiscoveryEvent.InstanceRegistered r ->
                nodeOfInstance.put(r.instance(), event.node().value());
            case RequestEvent.RequestReceived r -> received(event.node().value(), at, r);
            case RequestEvent.RequestRouted r -> with(r.request(), j -> j.routed(at, r, node(r.instance())));
            case RequestEvent.FirstToken r -> with(r.request(), j -> j.firstToken(at));
            case RequestEvent.TokensDelivered r -> with(r.request(), j -> j.delivered(at, r, progressPointsMax));
            case MigrationEvent.MigrationStarted r ->
                with(r.request(), j -> j.broke(at, r.because().name()));
            case MigrationEvent.MigrationCompleted r -> with(r.request(), j -> j.resumed(at));
            case MigrationEvent.MigrationFailed r ->
                with(r.request(), j -> j.attemptBroke(at, r.because().name()));
            case RequestEvent.RequestCompleted r ->
                with(r.request(), j -> {
                    j.delivered = r.completionTokens();
                    j.cached = r.cachedTokens();
                    j.end(at, RequestPhase.COMPLETED, "completed", r.reason().wireName());
                });
            case RequestEvent.RequestFailed r ->
                with(r.request(), j -> j.end(at, RequestPhase.FAILED, "failed", r.type() + ": " + r.message()));
            case RequestEvent.RequestCancelled r ->
                with(r.request(), j -> {
                    j.delivered = r.deliveredTokens();
                    j.end(at, RequestPhase.CANCELLED, "cancelled", r.reason().name());
                });
            case RequestEvent.RequestRejected r ->
                with(
                        r.request(),
                        j -> j.end(
                                at, RequestPhase.REJECTED, "rejected", r.type().name()));
            case NodeEvent.NodeStopped _ -> lostWith(event.node().value(), at);
            default -> {
                // Not about a request.
            }
        }
    }

    /// The requests that a frontend held when it stopped have ended for their clients.
    private void lostWith(String frontend, long at) {
        for (Journey journey : journeys.values()) {
            if (journey.frontend.equals(frontend)) {
                journey.end(at, RequestPhase.FAILED, "failed", "DISCONNECTED: " + frontend + " stopped");
            }
        }
    }

    private String node(long instance) {
        return nodeOfInstance.getOrDefault(instance, "");
    }

    private void received(String frontend, long at, RequestEvent.RequestReceived r) {
        journeys.put(r.request(), new Journey(frontend, at, r));
        Iterator<Journey> oldest = journeys.values().iterator();
        while (journeys.size() > requestsMax && oldest.hasNext()) {
            // A running request outlives finished ones, but never the bound of twice the size.
            if (oldest.next().phase.isTerminal() || journeys.size() > 2 * requestsMax) {
                oldest.remove();
            }
        }
    }

    private void with(String id, java.util.function.Consumer<Journey> action) {
        Journey journey = journeys.get(id);
        if (journey != null) {
            action.accept(journey);
        }
    }

    List<RequestView> newest(int limit) {
        List<RequestView> views = new ArrayList<>();
        for (Journey journey : journeys.sequencedValues().reversed()) {
            if (views.size() == limit) {
                break;
            }
            views.add(journey.view(prefills));
        }
        return views;
    }

    Optional<RequestView> byId(String id) {
        return Optional.ofNullable(journeys.get(id)).map(journey -> journey.view(prefills));
    }

    private static final class Journey {
        final String frontend;
        final long receivedAt;
        final RequestEvent.RequestReceived request;
        final List<AttemptView> attempts = new ArrayList<>(1);
        final List<ProgressPoint> progress = new ArrayList<>();
        RequestPhase phase = RequestPhase.QUEUED;
        long firstTokenAt = -1;
        long endedAt = -1;
        int delivered;
        int cached;
        String outcome = "";
        String detail = "";

        Journey(String frontend, long receivedAt, RequestEvent.RequestReceived request) {
            this.frontend = frontend;
            this.receivedAt = receivedAt;
            this.request = request;
        }

        void routed(long at, RequestEvent.RequestRouted r, String node) {
            attempts.add(new AttemptView(r.attempt(), r.instance(), node, at, -1, -1, "", delivered));
            if (phase == RequestPhase.QUEUED) {
                phase = RequestPhase.PREFILLING;
            }
        }

        void firstToken(long at) {
            firstTokenAt = at;
            phase = RequestPhase.STREAMING;
            attemptProduced(at);
        }

        void delivered(long at, RequestEvent.TokensDelivered r, int pointsMax) {
            delivered = r.total();
            if (progress.size() < pointsMax) {
                progress.add(new ProgressPoint(at, r.total(), r.instance()));
            }
        }

        void broke(long at, String because) {
            attemptBroke(at, because);
            phase = RequestPhase.MIGRATING;
        }

        void resumed(long at) {
            phase = RequestPhase.STREAMING;
            attemptProduced(at);
        }

        void attemptProduced(long at) {
            AttemptView a = last();
            if (a != null && a.firstTokenAtNanos() < 0) {
                replaceLast(new AttemptView(
                        a.number(), a.instance(), a.node(), a.routedAtNanos(), at, -1, "", a.deliveredBefore()));
            }
        }

        void attemptBroke(long at, String because) {
            AttemptView a = last();
            if (a != null && a.endedAtNanos() < 0) {
                replaceLast(new AttemptView(
                        a.number(),
                        a.instance(),
                        a.node(),
                        a.routedAtNanos(),
                        a.firstTokenAtNanos(),
                        at,
                        because,
                        a.deliveredBefore()));
            }
        }

        void end(long at, RequestPhase last, String how, String why) {
            if (!phase.isTerminal()) {
                attemptBroke(at, "");
                phase = last;
                endedAt = at;
                outcome = how;
                detail = why;
            }
        }

        private @Nullable AttemptView last() {
            return attempts.isEmpty() ? null : attempts.getLast();
        }

        private void replaceLast(AttemptView attempt) {
            attempts.set(attempts.size() - 1, attempt);
        }

        RequestView view(PrefillFold prefills) {
            return new RequestView(
                    request.request(),
                    frontend,
                    request.model(),
                    request.endpoint(),
                    request.streaming(),
                    phase,
                    receivedAt,
                    firstTokenAt,
                    endedAt,
                    request.promptTokens(),
                    request.maxTokens(),
                    delivered,
                    cached,
                    outcome,
                    detail,
                    List.copyOf(attempts),
                    List.copyOf(progress),
                    prefills.of(request.request(), attempts.size()));
        }
    }
}
