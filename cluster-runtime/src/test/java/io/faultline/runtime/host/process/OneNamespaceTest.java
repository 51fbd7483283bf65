package io.faultline.runtime.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.discovery.VirtualStore;
import io.faultline.runtime.seam.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneNamespaceTest {
    private final ManualLoop loop = new ManualLoop();
    private final KeyValueStore store = VirtualStore.clientOf(loop);

    @Test
    void listsWhatIsRegisteredAndWhatIsPlannedInItAlone() {
        for (String key : List.of(
                "v1/instances/a/backend/generate/1",
                "v1/instances/b/backend/generate/2",
                "v1/mdc/a/backend/generate/1",
                "v1/a/planner/num_decode_workers",
                "v1/b/planner/num_decode_workers")) {
            store.transact(List.of(), List.of(new Write.Put(key, "x", 0)), List.of(), _ -> {});
        }
        assertThat(keys("v1/"))
                .containsExactlyInAnyOrder(
                        "v1/instances/a/backend/generate/1",
                        "v1/mdc/a/backend/generate/1",
                        "v1/a/planner/num_decode_workers");
        assertThat(keys("v1/a/planner/")).containsExactly("v1/a/planner/num_decode_workers");
    }

    private List<String> keys(String prefix) {
        List<String> keys = new ArrayList<>();
        new OneNamespace(store, "a").range(prefix, reply -> {
            if (reply instanceof Reply.Ok<Listing>(Listing listing)) {
                listing.entries().stream().map(Entry::key).forEach(keys::add);
            }
        });
        loop.runFor(1_000_000);
        return keys;
    }
}
