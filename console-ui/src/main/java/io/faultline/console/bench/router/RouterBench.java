package io.faultline.console.bench.router;

import io.faultline.runtime.seam.RandomSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Replays the operations of a trace against each index: rate, latency of finds while events arrive, and memory.
/// Contestants take turns within one process, so what slows the machine slows them alike; the first round of each
/// warms the compiler and does not count. One thread, as a router's loop is one.
public final class RouterBench {
    private static final long EVENTS_PER_SECOND = 200_000;
    private static final int WARM_ROUNDS = 1;
    private static final int BLOCKS_PER_RUN = 128;

    private final Operations operations;
    private final int workers;
    private final Map<String, Supplier<Contestant>> contestants = new LinkedHashMap<>();

    /// @param prompts block hashes of each prompt
    public RouterBench(List<long[]> prompts, int workers, int blocksPerWorker) {
        this.workers = workers;
        operations = Operations.of(prompts, workers, blocksPerWorker);
        contestants.put("open addressing (ours)", Contestant.OpenAddressing::new);
        contestants.put("ConcurrentHashMap", () -> new ConcurrentMapIndex(workers));
        contestants.put("pointer tree", PointerTreeIndex::new);
    }

    /// @param blockOperationsPerSecond stores, removes and look-ups of single blocks; the median of the rounds
    /// @param findP50Nanos of one prompt's find while 200 000 events arrive each second
    /// @param bytesPerBlock heap that a filled index keeps, for each different block in it
    public record Figures(
            String name, double blockOperationsPerSecond, long findP50Nanos, long findP99Nanos, double bytesPerBlock) {}

    /// @param rounds counted rounds of each contestant, 1 or more
    public List<Figures> measure(int rounds) {
        List<Turn> turns = contestants.entrySet().stream()
                .map(entry -> new Turn(entry.getKey(), entry.getValue(), new double[rounds]))
                .toList();
        for (int round = -WARM_ROUNDS; round < rounds; round++) {
            for (Turn turn : turns) {
                double rate = replay(turn.create().get());
                if (round >= 0) {
                    turn.rates()[round] = rate;
                }
            }
        }
        return turns.stream().map(this::figures).toList();
    }

    private record Turn(String name, Supplier<Contestant> create, double[] rates) {}

    private Figures figures(Turn turn) {
        Arrays.sort(turn.rates());
        long[] finds = findNanos(turn.create().get());
        return new Figures(
                turn.name(),
                turn.rates()[turn.rates().length / 2],
                finds[finds.length / 2],
                finds[(int) (finds.length * 0.99)],
                bytesPerBlock(turn.create()));
    }

    private double replay(Contestant index) {
        int[] overlaps = new int[workers];
        long answers = 0;
        long from = System.nanoTime();
        for (int i = 0; i < operations.count(); i++) {
            answers += operations.apply(i, index, overlaps);
        }
        long took = System.nanoTime() - from;
        if (answers < 0) {
            throw new IllegalStateException("an overlap is never negative");
        }
        return operations.blockOperations() * 1e9 / took;
    }

    /// Each operation has its time on a schedule of 200 000 events a second; a find's latency counts from when it was
    /// due, so that it includes the wait behind events that took too long.
    private long[] findNanos(Contestant index) {
        int[] overlaps = new int[workers];
        long[] nanos = new long[operations.count()];
        int finds = 0;
        long origin = System.nanoTime();
        long events = 0;
        for (int i = 0; i < operations.count(); i++) {
            long due = origin + events * 1_000_000_000L / EVENTS_PER_SECOND;
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            operations.apply(i, index, overlaps);
            if (operations.isFind(i)) {
                nanos[finds++] = System.nanoTime() - due;
            }
            events += operations.events(i);
        }
        long[] sorted = Arrays.copyOf(nanos, finds);
        Arrays.sort(sorted);
        return sorted;
    }

    /// A million different blocks, spread over the workers.
    private double bytesPerBlock(Supplier<Contestant> create) {
        int blocks = 8_000 * BLOCKS_PER_RUN;
        long before = usedHeap();
        Contestant index = create.get();
        long[] run = new long[BLOCKS_PER_RUN];
        for (int i = 0; i < blocks; i += run.length) {
            for (int at = 0; at < run.length; at++) {
                run[at] = RandomSource.mix(i + at + 1L);
            }
            index.store(i / run.length % workers, 0, run, 0, run.length);
        }
        double bytes = (usedHeap() - before) / (double) blocks;
        if (index.match(new long[0], new int[workers]) != 0) {
            throw new IllegalStateException("an empty prompt overlaps with nothing");
        }
        return bytes;
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
