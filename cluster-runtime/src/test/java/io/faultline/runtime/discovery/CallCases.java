package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every call promises.
abstract class CallCases extends StoreCases {
    @Test
    void areAnsweredOnceEachAndNotInTheSameTurn() {
        int calls = 50;
        int[] answers = new int[calls];
        boolean[] early = new boolean[1];
        driver.run(() -> {
            boolean[] inCall = {true};
            for (int i = 0; i < calls; i++) {
                int call = i;
                store.range(prefix, reply -> {
                    answers[call]++;
                    early[0] |= inCall[0];
                });
            }
            inCall[0] = false;
        });

        // In whatever order; then there is time for a second answer.
        driver.await("all are answered", () -> IntStream.of(answers).noneMatch(count -> count == 0));
        list();
        list();

        assertThat(answers).containsOnly(1);
        assertThat(early[0]).isFalse();
    }

    @Test
    void mayBeMadeFromAnAnswer() {
        List<Reply<Listing>> replies = new ArrayList<>();
        driver.run(() -> store.transact(
                List.of(),
                List.of(new Write.Put(key("a"), "1", 0)),
                List.of(),
                committed -> store.range(prefix, replies::add)));

        driver.await("the second call is answered", () -> !replies.isEmpty());

        assertThat(ok(replies.getFirst()).entries()).extracting(Entry::key).containsExactly(key("a"));
    }

    @Test
    void keepTextAsItIs() {
        String text = "{\"city\": \"Zürich\", \"smile\": \"\uD83D\uDE00\", \"end\": \"\\u0000\"}\n\t";
        put("päth/\uD83D\uDE00", text, 0);

        assertThat(list().entries()).extracting(Entry::value).containsExactly(text);
        assertThat(keys()).containsExactly(key("päth/\uD83D\uDE00"));
    }
}
