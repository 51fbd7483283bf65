package io.faultline.runtime.transport;

import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A map from positive stream or sequence numbers to values: open addressing over primitive keys, because it is
/// read once for every token. Values come out in the order of their numbers, never in that of the table.
public final class StreamTable<V> {
    private static final int INITIAL = 16;

    private long[] keys = new long[INITIAL];
    private @Nullable Object[] values = new Object[INITIAL];
    private int size;

    public int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    public @Nullable V get(long key) {
        for (int slot = slot(key, keys.length); keys[slot] != 0; slot = next(slot)) {
            if (keys[slot] == key) {
                return (V) values[slot];
            }
        }
        return null;
    }

    public void put(long key, V value) {
        Invariants.check(key > 0, "a number is positive, not %s", key);
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int slot = slot(key, keys.length);
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = next(slot);
        }
        if (keys[slot] == 0) {
            size++;
        }
        keys[slot] = key;
        values[slot] = value;
    }

    @SuppressWarnings("unchecked")
    public @Nullable V remove(long key) {
        int slot = slot(key, keys.length);
        while (keys[slot] != key) {
            if (keys[slot] == 0) {
                return null;
            }
            slot = next(slot);
        }
        V removed = (V) values[slot];
        size--;
        closeGap(slot);
        return removed;
    }

    /// The values in ascending order of their keys; a copy.
    public List<V> inOrder() {
        long[] present = new long[size];
        int n = 0;
        for (long key : keys) {
            if (key != 0) {
                present[n++] = key;
            }
        }
        Arrays.sort(present);
        List<V> ordered = new ArrayList<>(n);
        for (long key : present) {
            V value = get(key);
            if (value != null) {
                ordered.add(value);
            }
        }
        return ordered;
    }

    public void clear() {
        keys = new long[INITIAL];
        values = new Object[INITIAL];
        size = 0;
    }

    /// Moves later entries of the probe chain back, so that no tombstones are needed.
    private void closeGap(int removed) {
        int gap = removed;
        int slot = next(gap);
        while (keys[slot] != 0) {
            int home = slot(keys[slot], keys.length);
            boolean reachesGap = gap <= slot ? home <= gap || home > slot : home <= gap && home > slot;
            if (reachesGap) {
                keys[gap] = keys[slot];
                values[gap] = values[slot];
                gap = slot;
            }
            slot = next(slot);
        }
        keys[gap] = 0;
        values[gap] = null;
    }

    private void grow() {
        long[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new Object[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(oldKeys[i], keys.length);
                while (keys[slot] != 0) {
                    slot = next(slot);
                }
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private int next(int slot) {
        return (slot + 1) & (keys.length - 1);
    }

    private static int slot(long key, int length) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & (length - 1);
    }
}
