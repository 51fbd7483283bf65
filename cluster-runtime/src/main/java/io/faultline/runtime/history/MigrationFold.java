package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.seam.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The newest `migrationsMax` migrations, by request and attempt. Every one of them has an end: success,
/// failure, `superseded` (the next worker broke too, before it produced a token, and another migration took
/// over), `cancelled` with its request, `lost` with its frontend; until then it is `running`.
final class MigrationFold implements Fold {
    private final int migrationsMax;
    private final LinkedHashMap<String, MigrationView> migrations = new LinkedHashMap<>();
    private final Map<Long, String> nodeOfInstance = new LinkedHashMap<>();
    private final Map<String, Running> running = new LinkedHashMap<>();

    private record Running(String key, NodeId frontend) {}

    MigrationFold(int migrationsMax) {
        this.migrationsMax = migrationsMax;
    }

    @Override
    public void apply(ClusterEvent event) {
        switch (event.record()) {
            case DiscoveryEvent.InstanceRegistered r ->
                nodeOfInstance.put(r.instance(), event.node().value());
            case MigrationEvent.MigrationStarted m -> {
                end(m.request(), "superseded");
                started(event.atNanos(), m);
                running.put(m.request(), new Running(key(m.request(), m.attempt()), event.node()));
            }
            case RequestEvent.RequestCancelled r -> end(r.request(), "cancelled");
            case NodeEvent.NodeStopped _ -> {
                List<String> lost = running.entrySet().stream()
                        .filter(each -> each.getValue().frontend().equals(event.node()))
                        .map(Map.Entry::getKey)
                        .toList();
                lost.forEach(request -> end(request, "lost"));
            }
            case MigrationEvent.MigrationCompleted m -> completed(m);
            case MigrationEvent.MigrationFailed m -> failed(event.atNanos(), m);
            default -> {
                // Not about a migration.
            }
        }
    }

    private void started(long at, MigrationEvent.MigrationStarted m) {
        migrations.put(
                key(m.request(), m.attempt()),
                new MigrationView(
                        m.request(),
                        m.attempt(),
                        m.type(),
                        node(m.from()),
                        "",
                        m.because().name(),
                        at,
                        "running",
                        -1,
                        m.replayTokens(),
                        -1));
        if (migrations.size() > migrationsMax) {
            migrations.pollFirstEntry();
        }
    }

    /// The migration of a request that is under way, if there is one, ends without a next worker.
    private void end(String request, String outcome) {
        Running ended = running.remove(request);
        if (ended != null) {
            migrations.computeIfPresent(
                    ended.key(),
                    (_, v) -> new MigrationView(
                            v.request(),
                            v.attempt(),
                            v.type(),
                            v.fromNode(),
                            v.toNode(),
                            v.because(),
                            v.startedAtNanos(),
                            outcome,
                            v.gapNanos(),
                            v.replayTokens(),
                            v.recomputedTokens()));
        }
    }

    private void completed(MigrationEvent.MigrationCompleted m) {
        running.remove(m.request());
        migrations.computeIfPresent(
                key(m.request(), m.attempt()),
                (_, v) -> new MigrationView(
                        v.request(),
                        v.attempt(),
                        v.type(),
                        v.fromNode(),
                        node(m.to()),
                        v.because(),
                        v.startedAtNanos(),
                        "success",
                        m.gapNanos(),
                        v.replayTokens(),
                        m.recomputedTokens()));
    }

    private void failed(long at, MigrationEvent.MigrationFailed m) {
        String key = key(m.request(), m.attempt());
        Running under = running.get(m.request());
        if (under != null && !under.key().equals(key)) {
            // The last replacement broke, and that was the end of it.
            end(m.request(), "superseded");
        }
        running.remove(m.request());
        MigrationView v = migrations.get(key);
        long startedAt = v == null ? at : v.startedAtNanos();
        int replay = v == null ? 0 : v.replayTokens();
        migrations.put(
                key,
                new MigrationView(
                        m.request(),
                        m.attempt(),
                        m.type(),
                        node(m.from()),
                        "",
                        m.because().name(),
                        startedAt,
                        "failure",
                        -1,
                        replay,
                        -1));
    }

    private String node(long instance) {
        return nodeOfInstance.getOrDefault(instance, "");
    }

    private static String key(String request, int attempt) {
        return request + '#' + attempt;
    }

    List<MigrationView> newest(int limit) {
        List<MigrationView> views = new ArrayList<>();
        for (MigrationView view : migrations.sequencedValues().reversed()) {
            if (views.size() == limit) {
                break;
            }
            views.add(view);
        }
        return views;
    }
}
