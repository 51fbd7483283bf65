package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The newest `migrationsMax` migrations, by request and attempt.
final class MigrationFold implements Fold {
    private final int migrationsMax;
    private final LinkedHashMap<String, MigrationView> migrations = new LinkedHashMap<>();
    private final Map<Long, String> nodeOfInstance = new LinkedHashMap<>();

    MigrationFold(int migrationsMax) {
        this.migrationsMax = migrationsMax;
    }

    @Override
    public void apply(ClusterEvent event) {
        switch (event.record()) {
            case EventRecord.InstanceRegistered r ->
                nodeOfInstance.put(r.instance(), event.node().value());
            case EventRecord.MigrationStarted m -> started(event.atNanos(), m);
            case EventRecord.MigrationCompleted m -> completed(m);
            case EventRecord.MigrationFailed m -> failed(event.atNanos(), m);
            default -> {
                // Not about a migration.
            }
        }
    }

    private void started(long at, EventRecord.MigrationStarted m) {
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

    private void completed(EventRecord.MigrationCompleted m) {
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

    private void failed(long at, EventRecord.MigrationFailed m) {
        String key = key(m.request(), m.attempt());
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
