package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.seam.Invariants;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What [KeyValueStore#transact] was asked to do. Immutable, and valid once made: a transaction that no store would
/// take (etcd answers it with an error) is the caller's bug and throws where it is made.
///
/// - no key is empty;
/// - no list is longer than [#OPERATIONS_MAX];
/// - within one list of writes, a key that is put is written once only. Deleting a key twice is harmless.
///
/// @param conditions all must hold for `success` to be written
/// @param success writes when they hold; in this order for watchers
/// @param failure writes when they do not
public record Transaction(List<Condition> conditions, List<Write> success, List<Write> failure) {
    /// etcd's default limit (`--max-txn-ops`), for each of the three lists.
    public static final int OPERATIONS_MAX = 128;

    public Transaction {
        conditions = List.copyOf(conditions);
        success = List.copyOf(success);
        failure = List.copyOf(failure);
        checkLength("conditions", conditions.size());
        for (Condition condition : conditions) {
            checkKey(condition.key());
        }
        checkWrites("success", success);
        checkWrites("failure", failure);
    }

    private static void checkWrites(String list, List<Write> writes) {
        checkLength(list, writes.size());
        Map<String, Write> last = new LinkedHashMap<>();
        for (Write write : writes) {
            checkKey(write.key());
            Write earlier = last.put(write.key(), write);
            boolean clash = earlier != null && (earlier instanceof Write.Put || write instanceof Write.Put);
            Invariants.check(!clash, "a transaction writes key %s twice", write.key());
        }
    }

    private static void checkLength(String list, int length) {
        Invariants.check(length <= OPERATIONS_MAX, "%s of a transaction: %s, at most %s", list, length, OPERATIONS_MAX);
    }

    private static void checkKey(String key) {
        Invariants.check(!key.isEmpty(), "a key is not empty");
    }
}
