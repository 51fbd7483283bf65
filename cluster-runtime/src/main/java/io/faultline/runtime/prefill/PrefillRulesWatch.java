package io.faultline.runtime.prefill;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows a model's [PrefillRules] in the discovery store: reads them, watches them, and reads them again when the
/// watch is lost. While the store does not answer, the last ones stay; when the key is deleted or cannot be read, so
/// do they. Confined to the loop.
final class PrefillRulesWatch {
    private final NodeLoop loop;
    private final KeyValueStore store;
    private final String key;
    private final long retryNanos;
    private final Consumer<PrefillRules> changed;
    private PrefillRules rules;
    private KeyValueStore.@Nullable Watch watch;
    private NodeLoop.Timer retry = () -> {};
    private boolean closed;

    /// @param retryNanos wait before the store is asked again
    /// @param changed hears every change of the rules
    PrefillRulesWatch(
            NodeLoop loop,
            KeyValueStore store,
            String model,
            PrefillRules initial,
            long retryNanos,
            Consumer<PrefillRules> changed) {
        this.loop = loop;
        this.store = store;
        this.key = PrefillRules.keyOf(model);
        this.rules = initial;
        this.retryNanos = retryNanos;
        this.changed = changed;
    }

    PrefillRules rules() {
        return rules;
    }

    void start() {
        read();
    }

    void close() {
        closed = true;
        retry.cancel();
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    private void read() {
        store.range(key, reply -> {
            if (closed) {
                return;
            }
            if (reply instanceof Reply.Ok<Listing>(Listing listing)) {
                listing.entries().forEach(entry -> learn(entry.key(), entry.value()));
                follow(listing.revision() + 1);
            } else {
                retry = loop.after(retryNanos, this::read);
            }
        });
    }

    private void follow(long fromRevision) {
        watch = store.watch(key, fromRevision, new WatchListener() {
            @Override
            public void changed(List<Change> changes) {
                for (Change change : changes) {
                    String value = change.value();
                    if (value != null) {
                        learn(change.key(), value);
                    }
                }
            }

            @Override
            public void lost(String why) {
                watch = null;
                if (!closed) {
                    retry = loop.after(retryNanos, PrefillRulesWatch.this::read);
                }
            }
        });
    }

    /// Another model's name may begin with this one's.
    private void learn(String changedKey, String value) {
        if (changedKey.equals(key)) {
            PrefillRules.decode(value).filter(now -> !now.equals(rules)).ifPresent(now -> {
                rules = now;
                changed.accept(now);
            });
        }
    }
}
