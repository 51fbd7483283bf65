package io.faultline.console.bench;

import io.faultline.console.bench.CompletionStream.Request;
import io.faultline.console.bench.UndisturbedAnswers.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A number of clients that stream one answer after the other for as long as they are let. Thread-safe.
final class LiveStreams {
    private static final int PROMPT_TOKENS = 32;
    private static final int VOCABULARY = 100_000;
    private static final long LOOK_AGAIN_MILLIS = 2;

    private final int port;
    private final String model;
    private final int maxTokens;
    private final AtomicReferenceArray<@Nullable CompletionStream> current;
    private final ConcurrentLinkedQueue<CompletionStream> all = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean stopping;

    /// @param maxTokens of each answer
    LiveStreams(int port, String model, int streams, int maxTokens, long seed) {
        this.port = port;
        this.model = model;
        this.maxTokens = maxTokens;
        this.current = new AtomicReferenceArray<>(streams);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < streams; i++) {
            int slot = i;
            SplittableRandom own = random.split();
            clients.add(Thread.ofVirtual().start(() -> run(slot, own)));
        }
    }

    private void run(int slot, SplittableRandom random) {
        while (!stopping) {
            int[] prompt = random.ints(PROMPT_TOKENS, 0, VOCABULARY).toArray();
            // Of different lengths, so that they do not end and begin together.
            int tokens = random.nextInt(maxTokens / 2, maxTokens + 1);
            CompletionStream stream = new CompletionStream(port, new Request(model, prompt, tokens, random.nextLong()));
            all.add(stream);
            current.set(slot, stream);
            stream.run();
        }
    }

    /// Those that have begun and not ended.
    List<CompletionStream> live() {
        List<CompletionStream> live = new ArrayList<>();
        for (int i = 0; i < current.length(); i++) {
            CompletionStream stream = current.get(i);
            if (stream != null && stream.received() > 0 && !stream.isOver()) {
                live.add(stream);
            }
        }
        return live;
    }

    /// Waits until every client has received something more, or something of its next answer.
    /// @return false when that takes longer than `limitNanos`
    boolean awaitProgress(long limitNanos) throws InterruptedException {
        long limit = System.nanoTime() + limitNanos;
        for (int i = 0; i < current.length(); i++) {
            CompletionStream then = current.get(i);
            int received = then == null ? 0 : then.received();
            while (!hasMoved(current.get(i), then, received)) {
                if (System.nanoTime() > limit) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        }
        return true;
    }

    private static boolean hasMoved(@Nullable CompletionStream now, @Nullable CompletionStream then, int receivedThen) {
        if (now == null) {
            return false;
        }
        return now == then ? now.received() > receivedThen + 1 : now.received() > 0;
    }

    /// Begins no more answers and waits for the end of those that run.
    void finish() throws InterruptedException {
        stopping = true;
        for (Thread client : clients) {
            client.join();
        }
    }

    List<CompletionStream> all() {
        return List.copyOf(all);
    }

    /// @param broken answers that ended badly
    /// @param different answers with another text than the undisturbed one
    /// @param missing characters in them
    record Check(int answers, long tokens, int broken, int different, int missing, int surplus, String firstProblem) {}

    /// Compares every answer with what it would have been without a fault.
    Check check(UndisturbedAnswers undisturbed) {
        long tokens = 0;
        int broken = 0;
        int different = 0;
        int missing = 0;
        int surplus = 0;
        String first = "";
        for (CompletionStream stream : all) {
            tokens += stream.received();
            if (!stream.problem().isEmpty()) {
                broken++;
                first = first.isEmpty() ? stream.problem() : first;
            }
            Difference difference = UndisturbedAnswers.difference(undisturbed.textOf(stream.request()), stream.text());
            if (!difference.isNone()) {
                different++;
                missing += difference.missing();
                surplus += difference.surplus();
            }
        }
        return new Check(all.size(), tokens, broken, different, missing, surplus, first);
    }
}
