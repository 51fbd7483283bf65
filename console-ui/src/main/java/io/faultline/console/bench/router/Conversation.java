package io.faultline.console.bench.router;

import io.faultline.runtime.kv.BlockHash;
import io.faultline.runtime.seam.RandomSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The prompts of a trace, as chains of block hashes.
public final class Conversation {
    /// Tokens behind one id of a trace in Mooncake's format, and in one block of ours.
    private static final int TRACE_BLOCK_TOKENS = 512;

    private static final int BLOCK_TOKENS = 16;
    private static final int BLOCKS_EACH = TRACE_BLOCK_TOKENS / BLOCK_TOKENS;

    private Conversation() {}

    /// Reads a trace in Mooncake's format: one JSON object a line, with `hash_ids`.
    public static List<long[]> read(Path trace, int requestsMax) throws IOException {
        JsonMapper json = new JsonMapper();
        List<long[]> prompts = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(trace)) {
            for (String line = lines.readLine();
                    line != null && prompts.size() < requestsMax;
                    line = lines.readLine()) {
                JsonNode ids = json.readTree(line).path("hash_ids");
                long[] chain = new long[ids.size()];
                for (int i = 0; i < chain.length; i++) {
                    chain[i] = ids.get(i).asLong();
                }
                prompts.add(expand(chain));
            }
        }
        return prompts;
    }

    /// A trace of the same kind without a file: every prompt begins with one of a few system prompts, and half of them
    /// go on from an earlier prompt.
    public static List<long[]> draw(long seed, int requests) {
        RandomSource random = new RandomSource(seed);
        List<long[]> chains = new ArrayList<>();
        List<long[]> prompts = new ArrayList<>();
        long nextId = 1_000;
        for (int i = 0; i < requests; i++) {
            long[] before = i > 0 && random.nextBoolean(0.5)
                    ? chains.get(Math.max(0, i - 1 - random.nextInt(Math.min(i, 2_000))))
                    : new long[] {random.nextInt(4)};
            int length = Math.min(200, before.length + 1 + (int) random.nextExponential(10));
            long[] chain = Arrays.copyOf(before, Math.max(before.length, length));
            for (int at = before.length; at < chain.length; at++) {
                chain[at] = nextId++;
            }
            chains.add(chain);
            prompts.add(expand(chain));
        }
        return prompts;
    }

    private static long[] expand(long[] ids) {
        long[] blocks = new long[ids.length * BLOCKS_EACH];
        long parent = BlockHash.ROOT;
        for (int i = 0; i < blocks.length; i++) {
            long local = RandomSource.mix(ids[i / BLOCKS_EACH] * BLOCKS_EACH + i % BLOCKS_EACH + 1);
            parent = BlockHash.sequence(parent, local);
            blocks[i] = parent;
        }
        return blocks;
    }
}
