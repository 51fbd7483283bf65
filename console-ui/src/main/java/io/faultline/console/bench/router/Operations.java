package io.faultline.console.bench.router;

import io.faultline.runtime.kv.BlockHash;
import io.faultline.runtime.kv.KvIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What happens to an index while a trace is served: a find for each prompt, the blocks that the chosen worker stores,
/// and those that it evicts for them. Drawn once, so that each contestant meets the same operations.
final class Operations {
    private final List<long[]> prompts;
    private final List<Operation> all = new ArrayList<>();
    /// The blocks of all stores and removes, one after the other.
    private long[] blocks = new long[1 << 20];

    private int used;
    private long blockOperations;

    /// @param subject prompt or worker
    /// @param parent of the first stored block
    /// @param from first place in [#blocks]
    private record Operation(Kind kind, int subject, long parent, int from, int to) {}

    private enum Kind {
        FIND,
        STORE,
        REMOVE
    }

    private Operations(List<long[]> prompts) {
        this.prompts = prompts;
    }

    /// Each prompt goes to the worker with the longest overlap, among equals to the one with the fewest blocks; a
    /// worker evicts its least recently used block when it is full.
    static Operations of(List<long[]> prompts, int workers, int blocksPerWorker) {
        Operations operations = new Operations(prompts);
        KvIndex index = new KvIndex();
        List<Map<Long, Boolean>> caches = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            caches.add(new LinkedHashMap<>(16, 0.75f, true));
        }
        int[] overlaps = new int[workers];
        long[] served = new long[workers];
        for (int i = 0; i < prompts.size(); i++) {
            long[] prompt = prompts.get(i);
            int longest = index.match(prompt, overlaps);
            operations.all.add(new Operation(Kind.FIND, i, 0, 0, 0));
            // The walk ends at the first block that no worker holds.
            operations.blockOperations += Math.min(prompt.length, longest + 1);
            int chosen = 0;
            for (int worker = 1; worker < workers; worker++) {
                if (overlaps[worker] > overlaps[chosen]
                        || overlaps[worker] == overlaps[chosen] && served[worker] < served[chosen]) {
                    chosen = worker;
                }
            }
            served[chosen] += prompt.length;
            operations.serve(prompt, chosen, caches.get(chosen), index, blocksPerWorker);
        }
        return operations;
    }

    private void serve(long[] prompt, int worker, Map<Long, Boolean> cache, KvIndex index, int capacity) {
        int from = used;
        long parent = BlockHash.ROOT;
        for (int at = 0; at < Math.min(prompt.length, capacity); at++) {
            if (cache.put(prompt[at], true) == null) {
                add(prompt[at]);
            } else {
                // One event tells of blocks that follow each other.
                store(worker, parent, from, index);
                from = used;
                parent = prompt[at];
            }
        }
        store(worker, parent, from, index);
        from = used;
        while (cache.size() > capacity) {
            long oldest = cache.keySet().iterator().next();
            cache.remove(oldest);
            add(oldest);
        }
        end(Kind.REMOVE, worker, 0, from);
        index.remove(worker, blocks, from, used);
    }

    private void store(int worker, long parent, int from, KvIndex index) {
        end(Kind.STORE, worker, parent, from);
        index.store(worker, blocks, from, used);
    }

    private void add(long block) {
        if (used == blocks.length) {
            blocks = Arrays.copyOf(blocks, blocks.length * 2);
        }
        blocks[used++] = block;
    }

    private void end(Kind kind, int worker, long parent, int from) {
        if (used > from) {
            all.add(new Operation(kind, worker, parent, from, used));
            blockOperations += used - from;
        }
    }

    int count() {
        return all.size();
    }

    /// Blocks stored, removed and looked up, each counted once.
    long blockOperations() {
        return blockOperations;
    }

    boolean isFind(int operation) {
        return all.get(operation).kind == Kind.FIND;
    }

    /// Blocks that an operation stores or removes.
    int events(int operation) {
        return all.get(operation).to - all.get(operation).from;
    }

    /// Carries one out; returns something that depends on the answer, so that no compiler leaves it out.
    int apply(int operation, Contestant index, int[] overlaps) {
        Operation o = all.get(operation);
        switch (o.kind) {
            case FIND -> {
                return index.match(prompts.get(o.subject), overlaps);
            }
            case STORE -> index.store(o.subject, o.parent, blocks, o.from, o.to);
            case REMOVE -> index.remove(o.subject, blocks, o.from, o.to);
        }
        return 0;
    }
}
