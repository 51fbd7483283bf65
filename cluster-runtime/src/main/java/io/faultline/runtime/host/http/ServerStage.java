package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What all connections of one server share: whether it drains, which generations are under way, how much waits
/// for slow clients, and who hears of it. Thread-safe.
final class ServerStage {
    private final ConcurrentHashMap<String, Answer> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final UnsentBudget unsent;
    private final WireListener wire;
    private volatile boolean draining;

    ServerStage(HttpFrontendConfig.Limits limits, WireListener wire) {
        this.unsent = new UnsentBudget(limits.unsentBudgetBytes());
        this.wire = wire;
    }

    UnsentBudget unsent() {
        return unsent;
    }

    WireListener wire() {
        return wire;
    }

    /// A request was refused without a frontend having been asked.
    void refused(HeadCheck.Verdict.Refused refused) {
        if (!refused.isCounted()) {
            Endpoint endpoint = refused.endpoint();
            refused(refused.refusal(), endpoint == null ? null : endpoint.api());
        }
    }

    /// @param endpoint null when it was for no endpoint of the API
    void refused(Refusal refusal, @Nullable ApiEndpoint endpoint) {
        wire.requestRefused(endpoint, refusal.status(), refusal.code(), refusal.label());
    }

    boolean isDraining() {
        return draining;
    }

    /// False when a request of this id is under way already.
    boolean begin(Answer answer) {
        return answers.putIfAbsent(answer.id(), answer) == null;
    }

    void end(Answer answer) {
        answers.remove(answer.id(), answer);
        completeWhenEmpty();
    }

    int open() {
        return answers.size();
    }

    /// No new work from now on; the future completes when the last answer has ended.
    CompletableFuture<Void> drain() {
        draining = true;
        completeWhenEmpty();
        return drained;
    }

    /// Ends the answers that are still under way.
    void abortAll(Refusal why) {
        for (Answer answer : answers.values()) {
            answer.abort(why);
        }
    }

    private void completeWhenEmpty() {
        if (draining && answers.isEmpty()) {
            drained.complete(null);
        }
    }
}
