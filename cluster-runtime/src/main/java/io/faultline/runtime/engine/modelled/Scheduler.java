package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Decides what each iteration computes: continuous batching with chunked prefill, a paged cache and pre-emption.
/// Confined to the engine's loop.
///
/// In each iteration, in this order:
/// 1. every decoding sequence computes one token. If there is no block for it, the sequence admitted last loses its
///    blocks and waits again, until there is one;
/// 2. prompts under way go on, in the order of admission, while tokens of the iteration's budget are left;
/// 3. unless a sequence was pre-empted, the queue is admitted from its head (priority, then arrival) as far as
///    budget, batch and blocks go; the first that does not fit holds up the rest. A newcomer gets all blocks of
///    its prompt at once and must leave the watermark over, unless it would be alone.
///
/// A pre-empted sequence keeps its place in the order of arrival, so it waits before all of its priority who were
/// not admitted yet. The sequence that was admitted first is never pre-empted for another, and any single
/// sequence fits (the engine refuses others), so there is always progress, unless blocks of computed prompts are held
/// for somebody: then it comes when these are released.
final class Scheduler {
    private final EngineCapacity capacity;
    private final boolean chunkedPrefill;
    private final boolean prefixCaching;
    private final int watermarkBlocks;
    private final KvCache cache;

    /// In the order of admission.
    private final ArrayList<Sequence> running = new ArrayList<>();

    private final TreeSet<Sequence> waiting = new TreeSet<>(
            Comparator.comparingInt((Sequence s) -> s.priority).reversed().thenComparingLong(s -> s.arrival));
    private final ArrayList<Sequence> preempted = new ArrayList<>();
    /// Computed prompts whose blocks somebody will fetch; they take no part in iterations.
    private final ArrayList<Sequence> held = new ArrayList<>();
    /// The blocks found for the sequence that is being admitted.
    private final int[] prefix;

    private int pendingPrefillTokens;

    private int prefillTokens;
    private long prefillSquares;
    private int decodes;
    private long contextTokens;

    Scheduler(ModelledEngineConfig config, KvCacheListener kvEvents) {
        capacity = config.capacity();
        chunkedPrefill = config.chunkedPrefill();
        prefixCaching = config.prefixCaching();
        watermarkBlocks = config.watermarkBlocks();
        cache = new KvCache(capacity.kvBlocks(), kvEvents);
        prefix = new int[capacity.kvBlocks()];
    }

    /// Queues a sequence.
    void add(Sequence sequence) {
        waiting.add(sequence);
        pendingPrefillTokens += sequence.prefillTokens();
    }

    /// Takes a sequence out, wherever it is, and releases its blocks.
    void remove(Sequence sequence) {
        pendingPrefillTokens -= sequence.prefillTokens();
        if (!waiting.remove(sequence)) {
            if (!running.remove(sequence)) {
                held.remove(sequence);
            }
            sequence.releaseBlocks(cache);
        }
    }

    /// A running sequence has computed what it should and only keeps its blocks until it is removed.
    void hold(Sequence sequence) {
        running.remove(sequence);
        held.add(sequence);
    }

    boolean idle() {
        return running.isEmpty() && waiting.isEmpty();
    }

    /// The batch, in order. Sequences with `planned` 0 take no part in the iteration.
    List<Sequence> running() {
        return Collections.unmodifiableList(running);
    }

    /// Who lost their blocks in the last [#plan].
    List<Sequence> preempted() {
        return Collections.unmodifiableList(preempted);
    }

    EngineLoad load() {
        return new EngineLoad(running.size(), waiting.size(), cache.active(), cache.cached(), pendingPrefillTokens);
    }

    KvCache cache() {
        return cache;
    }

    /// Chooses the next iteration's work; there must be a sequence. Says so in each sequence's `planned`. False when
    /// nothing can be done until held blocks are released.
    boolean plan() {
        preempted.clear();
        prefillTokens = 0;
        prefillSquares = 0;
        decodes = 0;
        contextTokens = 0;
        planDecodes();
        planPrefills();
        if (preempted.isEmpty()) {
            admit();
        }
        if (prefillTokens + decodes > 0) {
            return true;
        }
        if (held.isEmpty()) {
            throw Invariants.broken("%s sequences run, %s wait, and none can go on", running.size(), waiting.size());
        }
        return false;
    }

    /// Milliseconds that the planned iteration takes.
    double millis(TimingModel timing) {
        return timing.millis(prefillTokens, prefillSquares, decodes, contextTokens);
    }

    /// Prompt tokens that the planned iteration computes.
    int prefillTokens() {
        return prefillTokens;
    }

    /// A sequence's part of the iteration is computed. True if its next token can be drawn.
    boolean complete(Sequence sequence) {
        if (!sequence.decoding) {
            pendingPrefillTokens -= sequence.planned;
        }
        sequence.computed += sequence.planned;
        sequence.planned = 0;
        if (prefixCaching) {
            sequence.sealFullBlocks(cache);
        }
        return sequence.computed == sequence.length();
    }

    private void planDecodes() {
        for (int i = 0; i < running.size(); i++) {
            Sequence sequence = running.get(i);
            if (sequence.decoding && haveBlockForNext(sequence)) {
                sequence.planned = 1;
                decodes++;
                contextTokens += sequence.length();
            }
        }
    }

    /// False if the sequence itself was pre-empted.
    private boolean haveBlockForNext(Sequence sequence) {
        if (sequence.blocksFor(sequence.length()) <= sequence.blockCount()) {
            return true;
        }
        int block = cache.allocate();
        while (block < 0) {
            Sequence victim = running.removeLast();
            preempt(victim);
            if (victim == sequence) {
                return false;
            }
            block = cache.allocate();
        }
        sequence.addBlock(block);
        return true;
    }

    private void preempt(Sequence victim) {
        pendingPrefillTokens -= victim.prefillTokens();
        victim.lostTokens = victim.computed;
        victim.releaseBlocks(cache);
        preempted.add(victim);
        add(victim);
    }

    private void planPrefills() {
        for (int i = 0; i < running.size(); i++) {
            Sequence sequence = running.get(i);
            if (!sequence.decoding) {
                planChunk(sequence);
            }
        }
    }

    private void planChunk(Sequence sequence) {
        int chunk = Math.min(sequence.prefillTokens(), budget());
        long start = sequence.computed;
        long end = start + chunk;
        sequence.planned = chunk;
        prefillTokens += chunk;
        prefillSquares += end * end - start * start;
    }

    private int budget() {
        return capacity.batchedTokensMax() - decodes - prefillTokens;
    }

    private void admit() {
        while (!waiting.isEmpty() && running.size() < capacity.sequencesMax() && budget() > 0) {
            Sequence head = waiting.first();
            if (!admit(head)) {
                return;
            }
            waiting.removeFirst();
            running.add(head);
            planChunk(head);
        }
    }

    /// Gives the sequence its blocks if it fits. Leading blocks that the cache holds are shared; at least one token
    /// is left to compute, because the next token is drawn from what the last one yields.
    private boolean admit(Sequence sequence) {
        int shareable = prefixCaching ? (sequence.length() - 1) / capacity.kvBlockTokens() : 0;
        int found = 0;
        int foundCached = 0;
        while (found < shareable) {
            int block = cache.find(sequence.hash(found));
            if (block < 0) {
                break;
            }
            foundCached += cache.isActive(block) ? 0 : 1;
            prefix[found++] = block;
        }
        int cachedTokens = found * capacity.kvBlockTokens();
        if (!chunkedPrefill && sequence.length() - cachedTokens > budget()) {
            return false;
        }
        int fresh = sequence.blocksFor(sequence.length()) - found;
        int reserve = running.isEmpty() ? 0 : watermarkBlocks;
        if (fresh + reserve > cache.available() - foundCached) {
            return false;
        }
        takeBlocks(sequence, found, fresh);
        pendingPrefillTokens -= cachedTokens;
        return true;
    }

    /// Shares before it allocates, so that no block it shares is evicted for one it allocates.
    private void takeBlocks(Sequence sequence, int found, int fresh) {
        for (int place = 0; place < found; place++) {
            cache.share(prefix[place]);
            sequence.addBlock(prefix[place]);
        }
        for (int i = 0; i < fresh; i++) {
            sequence.addBlock(cache.allocate());
        }
        sequence.startFromCache(found);
    }
}
