package io.faultline.console.bench.router;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A prefix tree of objects: a node for each block with its children by hash and its holders, and for each worker the
/// nodes it holds by hash. The shape that prefix-aware routers began with.
final class PointerTreeIndex implements Contestant {
    private final Node root = new Node(null, 0);
    private final Map<Integer, Map<Long, Node>> held = new HashMap<>();

    private static final class Node {
        final @Nullable Node parent;
        final long block;
        final Map<Long, Node> children = new HashMap<>(2);
        final BitSet holders = new BitSet();

        Node(@Nullable Node parent, long block) {
            this.parent = parent;
            this.block = block;
        }
    }

    @Override
    public void store(int worker, long parent, long[] blocks, int from, int to) {
        Map<Long, Node> mine = held.computeIfAbsent(worker, _ -> new HashMap<>());
        Node above = parent == 0 ? root : mine.get(parent);
        // Null when the parent was evicted before its child; a prefix with a hole serves nobody.
        for (int i = from; i < to && above != null; i++) {
            Node parentNode = above;
            above = parentNode.children.computeIfAbsent(blocks[i], hash -> new Node(parentNode, hash));
            above.holders.set(worker);
            mine.put(blocks[i], above);
        }
    }

    @Override
    public void remove(int worker, long[] blocks, int from, int to) {
        Map<Long, Node> mine = held.get(worker);
        for (int i = from; mine != null && i < to; i++) {
            Node node = mine.remove(blocks[i]);
            if (node != null) {
                remove(worker, node);
            }
        }
    }

    private static void remove(int worker, Node node) {
        node.holders.clear(worker);
        for (Node empty = node; empty.parent != null && empty.holders.isEmpty() && empty.children.isEmpty(); ) {
            empty.parent.children.remove(empty.block);
            empty = empty.parent;
        }
    }

    @Override
    public int match(long[] blocks, int[] overlaps) {
        Arrays.fill(overlaps, 0);
        Node node = root;
        BitSet still = new BitSet();
        for (int i = 0; i < blocks.length; i++) {
            Node next = node.children.get(blocks[i]);
            if (next == null) {
                return i;
            }
            if (i == 0) {
                still.or(next.holders);
            } else {
                still.and(next.holders);
            }
            if (still.isEmpty()) {
                return i;
            }
            for (int worker = still.nextSetBit(0); worker >= 0; worker = still.nextSetBit(worker + 1)) {
                overlaps[worker] = i + 1;
            }
            node = next;
        }
        return blocks.length;
    }
}
