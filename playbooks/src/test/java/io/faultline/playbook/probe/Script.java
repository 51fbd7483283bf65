package io.faultline.playbook.probe;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.seam.NodeId;

/// A cluster's history, written by hand: one frontend, and the workers that the test names. Instance ids are the
/// number at the end of a worker's name plus 100 for each start.
final class Script {
    static final long MS = 1_000_000L;

    private final ClusterHistory history = new ClusterHistory(HistoryConfig.defaults());
    private long sequence;
    private long nowNanos;

    ClusterHistory history() {
        return history;
    }

    long nowNanos() {
        return nowNanos;
    }

    Script at(long millis) {
        nowNanos = millis * MS;
        return this;
    }

    Script say(String node, EventRecord record) {
        history.apply(new ClusterEvent(sequence++, nowNanos, new NodeId(node), record));
        return this;
    }

    Script worker(String name, long instance) {
        return say(name, new NodeEvent.NodeStarted(NodeRole.DECODE))
                .say(name, new DiscoveryEvent.InstanceRegistered(instance, "decode", "m", 100, 16, 10_000 * MS))
                .say("frontend-0", new DiscoveryEvent.InstanceSeen(instance, name, true));
    }

    Script stepped(String name, long instance, int waiting, int usedBlocks) {
        return say(name, new EngineEvent.EngineStepped(instance, 0, 1, 1, waiting, usedBlocks, 0, MS));
    }

    Script received(String request) {
        return say("frontend-0", new RequestEvent.RequestReceived(request, "m", ApiEndpoint.COMPLETIONS, true, 10, 20));
    }

    Script routed(String request, int attempt, long instance) {
        return say("frontend-0", new RequestEvent.RequestRouted(request, attempt, instance, 2));
    }

    Script firstToken(String request, long instance, long ttftMillis) {
        return say("frontend-0", new RequestEvent.FirstToken(request, instance, ttftMillis * MS));
    }

    Script delivered(String request, long instance, int total) {
        return say("frontend-0", new RequestEvent.TokensDelivered(request, instance, total));
    }

    Script broke(String request, long from) {
        return say(
                "frontend-0",
                new MigrationEvent.MigrationStarted(
                        request, 0, from, MigrationType.ONGOING_REQUEST, ErrorType.DISCONNECTED, 15));
    }

    Script resumed(String request, long from, long to, long gapMillis) {
        return say(
                "frontend-0",
                new MigrationEvent.MigrationCompleted(
                        request, 0, from, to, MigrationType.ONGOING_REQUEST, gapMillis * MS, 15));
    }

    Script givenUp(String request, long from) {
        return say(
                "frontend-0",
                new MigrationEvent.MigrationFailed(
                        request, 0, from, MigrationType.ONGOING_REQUEST, ErrorType.UNAVAILABLE));
    }

    Script completed(String request, long durationMillis) {
        return say(
                "frontend-0",
                new RequestEvent.RequestCompleted(request, FinishReason.LENGTH, 10, 20, 0, durationMillis * MS));
    }

    Script failed(String request) {
        return say("frontend-0", new RequestEvent.RequestFailed(request, ErrorType.UNAVAILABLE, "nobody", MS));
    }

    Script rejected(String request) {
        return say(
                "frontend-0",
                new RequestEvent.RequestRejected(
                        request, ErrorType.RESOURCE_EXHAUSTED, RejectReason.ALL_BUSY, 3, 3, 9, -1, MS));
    }

    Script checked(String request, boolean identical) {
        return say("clients", new ClientEvent.AnswerChecked(request, identical, 20, MS));
    }

    Script injected(String fault, String target, String by) {
        return say("operator", new FaultEvent.FaultInjected(fault, "worker-kill", target, by))
                .say(target, new NodeEvent.NodeStopped(NodeEvent.StopKind.KILLED, "killed"));
    }

    Script recovered(String fault, String target) {
        return say("operator", new FaultEvent.FaultRecovered(fault, "worker-kill", target, "by hand"));
    }
}
