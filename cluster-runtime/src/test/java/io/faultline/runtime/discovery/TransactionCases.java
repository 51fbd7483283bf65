package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What transactions promise.
abstract class TransactionCases extends StoreCases {
    @Test
    void createAKeyThatIsAbsent() {
        List<Write> create = List.of(new Write.Put(key("a"), "mine", 0));
        List<Condition> absent = List.of(new Condition(key("a"), 0));

        Committed first = ok(transact(absent, create, List.of()));
        Committed second = ok(transact(absent, create, List.of()));

        assertThat(first.succeeded()).isTrue();
        assertThat(second).isEqualTo(new Committed(false, first.revision()));
        assertThat(list().entries())
                .containsExactly(new Entry(key("a"), "mine", first.revision(), first.revision(), 1, 0));
    }

    @Test
    void letOneOfTwoClientsCreateAKey() {
        List<KeyValueStore> clients = List.of(driver.connect(), driver.connect());
        List<String> winners = new ArrayList<>();
        List<Reply<Committed>> answers = new ArrayList<>();
        driver.run(() -> {
            for (int i = 0; i < clients.size(); i++) {
                String name = "client-" + i;
                clients.get(i)
                        .transact(
                                List.of(new Condition(key("leader"), 0)),
                                List.of(new Write.Put(key("leader"), name, 0)),
                                List.of(),
                                reply -> {
                                    answers.add(reply);
                                    if (reply instanceof Reply.Ok<Committed>(Committed done) && done.succeeded()) {
                                        winners.add(name);
                                    }
                                });
            }
        });

        driver.await("both are answered", () -> answers.size() == 2);

        assertThat(winners).hasSize(1);
        assertThat(list().entries()).extracting(Entry::value).containsExactlyElementsOf(winners);
    }

    @Test
    void succeedAtTheComparedRevisionOnly() {
        long first = put("a", "1", 0);
        long second = put("a", "2", 0);
        List<Write> update = List.of(new Write.Put(key("a"), "3", 0));

        Committed stale = ok(transact(List.of(new Condition(key("a"), first)), update, List.of()));
        assertThat(stale).isEqualTo(new Committed(false, second));
        Committed fresh = ok(transact(List.of(new Condition(key("a"), second)), update, List.of()));
        assertThat(fresh).isEqualTo(new Committed(true, second + 1));
    }

    @Test
    void needAllConditionsToHold() {
        long a = put("a", "1", 0);
        List<Condition> conditions = List.of(new Condition(key("a"), a), new Condition(key("b"), 99_999_999));

        Committed done = ok(transact(conditions, List.of(new Write.Delete(key("a"))), List.of()));

        assertThat(done.succeeded()).isFalse();
        assertThat(keys()).containsExactly(key("a"));
    }

    @Test
    void writeTheOtherListWhenAConditionFails() {
        put("a", "1", 0);

        Committed done = ok(transact(
                List.of(new Condition(key("a"), 0)),
                List.of(new Write.Put(key("then"), "", 0)),
                List.of(new Write.Put(key("else"), "", 0), new Write.Delete(key("a")))));

        assertThat(done.succeeded()).isFalse();
        assertThat(keys()).containsExactly(key("else"));
        assertThat(list().revision()).isEqualTo(done.revision());
    }

    @Test
    void takeADeletedKeyForAbsent() {
        long old = put("a", "1", 0);
        delete("a");

        Committed atOld = ok(transact(List.of(new Condition(key("a"), old)), List.of(), List.of()));
        Committed absent = ok(transact(List.of(new Condition(key("a"), 0)), List.of(), List.of()));

        assertThat(atOld.succeeded()).isFalse();
        assertThat(absent.succeeded()).isTrue();
    }

    @Test
    void makeOneRevisionForAllTheirWrites() {
        long before = put("gone", "1", 0);

        long at = ok(write(List.of(
                        new Write.Put(key("b"), "1", 0),
                        new Write.Delete(key("gone")),
                        new Write.Put(key("a"), "1", 0))))
                .revision();

        assertThat(at).isEqualTo(before + 1);
        assertThat(list())
                .isEqualTo(new Listing(
                        at, List.of(new Entry(key("a"), "1", at, at, 1, 0), new Entry(key("b"), "1", at, at, 1, 0))));
    }

    @Test
    void makeNoRevisionWhenTheyWriteNothing() {
        long before = put("a", "1", 0);

        Committed empty = ok(transact(List.of(), List.of(), List.of()));

        assertThat(empty).isEqualTo(new Committed(true, before));
        assertThat(list().revision()).isEqualTo(before);
    }

    @Test
    void makeNoRevisionWhenTheyDeleteWhatIsAbsent() {
        long before = put("a", "1", 0);

        assertThat(delete("b")).isEqualTo(before);
        assertThat(list().revision()).isEqualTo(before);
    }

    @Test
    void makeARevisionWhenTheyPutTheSameValueAgain() {
        long before = put("a", "1", 0);

        assertThat(put("a", "1", 0)).isEqualTo(before + 1);
    }

    @Test
    void countTheVersionsOfAKey() {
        long created = put("a", "1", 0);
        put("a", "2", 0);
        long last = put("a", "3", 0);
        assertThat(list().entries()).containsExactly(new Entry(key("a"), "3", created, last, 3, 0));

        delete("a");
        long again = put("a", "4", 0);
        assertThat(list().entries()).containsExactly(new Entry(key("a"), "4", again, again, 1, 0));
    }

    @Test
    void areRefusedWhenTheyWriteAKeyTwice() {
        Write put = new Write.Put(key("a"), "1", 0);
        Write delete = new Write.Delete(key("a"));

        for (List<Write> writes : List.of(List.of(put, put), List.of(put, delete), List.of(delete, put))) {
            driver.run(() -> assertThatThrownBy(() -> store.transact(List.of(), writes, List.of(), reply -> {}))
                    .isInstanceOf(BrokenInvariant.class)
                    .hasMessageContaining(key("a")));
        }
        assertThat(keys()).isEmpty();
    }

    @Test
    void mayDeleteAKeyTwice() {
        long before = put("a", "1", 0);

        Committed done = ok(write(List.of(new Write.Delete(key("a")), new Write.Delete(key("a")))));

        assertThat(done).isEqualTo(new Committed(true, before + 1));
    }

    @Test
    void mayPutTheSameKeyInBothLists() {
        Committed done = ok(transact(
                List.of(new Condition(key("a"), 0)),
                List.of(new Write.Put(key("a"), "then", 0)),
                List.of(new Write.Put(key("a"), "else", 0))));

        assertThat(done.succeeded()).isTrue();
        assertThat(list().entries()).extracting(Entry::value).containsExactly("then");
    }
}
