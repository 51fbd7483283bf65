package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What listings promise.
abstract class ListingCases extends StoreCases {
    @Test
    void areInOrderOfTheKeysCodePoints() {
        for (String name : List.of("b", "\uD83D\uDE00", "a/2", "\uFF5E", "a", "a/10", "\u00E9", "B")) {
            put(name, name, 0);
        }

        assertThat(list().entries())
                .extracting(Entry::value)
                .containsExactly("B", "a", "a/10", "a/2", "b", "\u00E9", "\uFF5E", "\uD83D\uDE00");
    }

    @Test
    void holdWhatStartsWithThePrefixAndNothingElse() {
        put("a", "", 0);
        put("a/1", "", 0);
        put("a/2", "", 0);
        put("a0", "", 0);
        put("b", "", 0);

        Listing listing = range(store, key("a/"));

        assertThat(listing.entries()).extracting(Entry::key).containsExactly(key("a/1"), key("a/2"));
    }

    @Test
    void mayBeOfTheWholeStore() {
        put("a", "", 0);

        Listing listing = range(store, "");

        assertThat(listing.entries()).extracting(Entry::key).contains(key("a"));
    }

    @Test
    void tellTheRevisionEvenWhenEmpty() {
        long before = put("a", "1", 0);
        delete("a");

        assertThat(list()).isEqualTo(new Listing(before + 1, List.of()));
    }

    @Test
    void tellTheLeaseOfAKey() {
        Lease lease = grant();
        long at = put("a", "value", lease.id());

        assertThat(list().entries()).containsExactly(new Entry(key("a"), "value", at, at, 1, lease.id()));
    }

    @Test
    void showWhatAnotherClientWrote() {
        KeyValueStore other = driver.connect();
        put("a", "1", 0);

        assertThat(range(other, prefix)).isEqualTo(list());
    }
}
