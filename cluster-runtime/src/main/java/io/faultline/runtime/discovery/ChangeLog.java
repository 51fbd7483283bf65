package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/// The newest changes of a store, oldest first, so that a watch can start in the past. Bounded: when there are too
/// many, whole revisions are dropped from the old end. Confined to the owner of the [StoreState].
final class ChangeLog {
    private final int changesMax;
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private long compactedRevision;

    ChangeLog(int changesMax) {
        this.changesMax = changesMax;
    }

    /// Takes all changes of one revision, newer than any before.
    void append(List<Change> ofOneRevision) {
        changes.addAll(ofOneRevision);
        while (changes.size() > changesMax) {
            compact(changes.getFirst().revision());
        }
    }

    /// Forgets all revisions up to and with this one.
    void compact(long revision) {
        compactedRevision = Math.max(compactedRevision, revision);
        while (!changes.isEmpty() && changes.getFirst().revision() <= compactedRevision) {
            changes.removeFirst();
        }
    }

    /// The newest revision that was forgotten, 0 when none was.
    long compactedRevision() {
        return compactedRevision;
    }

    /// The changes under `prefix` from `fromRevision` on. Walks from the new end, where watches usually start.
    List<Change> since(String prefix, long fromRevision) {
        List<Change> found = new ArrayList<>();
        Iterator<Change> newestFirst = changes.descendingIterator();
        while (newestFirst.hasNext()) {
            Change change = newestFirst.next();
            if (change.revision() < fromRevision) {
                break;
            }
            if (change.key().startsWith(prefix)) {
                found.add(change);
            }
        }
        Collections.reverse(found);
        return found;
    }
}
