package io.faultline.sim.invariant;

import io.faultline.runtime.engine.DelegatingEngine;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.engine.KvExchange;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.transport.StreamTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// CAN-2: watches every engine from both sides. A sequence that was cancelled or ended gets no token; a sequence
/// gets its tokens in order; and a sequence whose request has ended (cancelled, failed, or moved on and completed)
/// is released within the time that word of it can take; and when no word can come, because its frontend is
/// gone or cut off, within the time after which a worker gives a silent frontend up.
public final class NothingRunsOn implements Invariant {
    private final long wordNanos;
    private final long orphanNanos;
    private final LongSupplier now;
    private final ToLongFunction<NodeId> awakeSinceNanos;
    private final ToLongFunction<NodeId> runningSinceNanos;
    private final Map<String, NodeId> frontends = new LinkedHashMap<>();
    private final Map<String, List<Live>> liveByRequest = new LinkedHashMap<>();
    private final List<Live> overdue = new ArrayList<>();

    /// A sequence in an engine.
    private static final class Live {
        private final WatchedEngine engine;
        private final NodeId node;
        private final String request;
        private int produced;
        private long endedAtNanos = -1;
        private boolean released;

        Live(WatchedEngine engine, String request) {
            this.engine = engine;
            this.node = engine.node;
            this.request = request;
        }
    }

    /// @param wordNanos longest time from a request's end to its sequences' release on a worker that runs
    /// @param orphanNanos the same when no word of it comes through
    /// @param now virtual time
    /// @param awakeSinceNanos since when a node runs and is reached; `Long.MAX_VALUE` while it does not
    /// @param runningSinceNanos since when a node runs, reached or not
    public NothingRunsOn(
            long wordNanos,
            long orphanNanos,
            LongSupplier now,
            ToLongFunction<NodeId> awakeSinceNanos,
            ToLongFunction<NodeId> runningSinceNanos) {
        this.wordNanos = wordNanos;
        this.orphanNanos = orphanNanos;
        this.now = now;
        this.awakeSinceNanos = awakeSinceNanos;
        this.runningSinceNanos = runningSinceNanos;
    }

    @Override
    public String sentence() {
        return "No engine works for a sequence that was cancelled, or for a request that ended, longer than word of it"
                + " can take.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        String ended = OpenRequests.endedBy(event.record());
        if (ended != null) {
            frontends.remove(ended);
            end(ended, event.atNanos());
        } else if (event.record() instanceof RequestReceived received) {
            frontends.put(received.request(), event.node());
        } else if (event.record() instanceof NodeStopped) {
            forget(event.node());
            List<String> orphans = frontends.entrySet().stream()
                    .filter(each -> each.getValue().equals(event.node()))
                    .map(Map.Entry::getKey)
                    .toList();
            orphans.forEach(frontends::remove);
            orphans.forEach(orphan -> end(orphan, event.atNanos()));
        }
    }

    private void end(String request, long atNanos) {
        for (Live live : liveByRequest.getOrDefault(request, List.of())) {
            live.endedAtNanos = atNanos;
            overdue.add(live);
        }
    }

    /// Called every now and then.
    public void look(Report report) {
        overdue.removeIf(live -> live.released);
        for (Live live : overdue) {
            if (isOver(live, awakeSinceNanos, wordNanos + live.engine.allowanceNanos)
                    || isOver(live, runningSinceNanos, orphanNanos + live.engine.allowanceNanos)) {
                report.broken(
                        live.node,
                        live.node + " still works for request " + live.request + ", "
                                + (now.getAsLong() - live.endedAtNanos) + " ns after its end");
            }
        }
    }

    private boolean isOver(Live live, ToLongFunction<NodeId> since, long boundNanos) {
        long from = Math.max(live.endedAtNanos, since.applyAsLong(live.node));
        return from < Long.MAX_VALUE - boundNanos && now.getAsLong() > from + boundNanos;
    }

    /// True when an engine that finished an iteration at `sinceNanos` or later holds a sequence of the request.
    public boolean isWorkedOn(String request, long sinceNanos) {
        for (Live live : liveByRequest.getOrDefault(request, List.of())) {
            if (live.engine.steppedAtNanos >= sinceNanos) {
                return true;
            }
        }
        return false;
    }

    /// Watches the engine of one life of a worker.
    /// @param allowanceNanos how much longer than elsewhere word of a request's end may take
    public WatchedEngine watch(NodeId node, long allowanceNanos, Report report) {
        return new WatchedEngine(node, allowanceNanos, report);
    }

    private void release(Live live) {
        live.released = true;
        List<Live> others = liveByRequest.get(live.request);
        if (others != null) {
            others.remove(live);
            if (others.isEmpty()) {
                liveByRequest.remove(live.request);
            }
        }
    }

    private void forget(NodeId node) {
        List<Live> gone = new ArrayList<>();
        liveByRequest
                .values()
                .forEach(lives -> lives.forEach(live -> {
                    if (live.node.equals(node)) {
                        gone.add(live);
                    }
                }));
        gone.forEach(this::release);
    }

    /// Stands between a worker and its engine, on both ways.
    public final class WatchedEngine {
        private final NodeId node;
        private final long allowanceNanos;
        private final Report report;
        private final StreamTable<Live> sequences = new StreamTable<>();
        private long steppedAtNanos;

        private WatchedEngine(NodeId node, long allowanceNanos, Report report) {
            this.node = node;
            this.allowanceNanos = allowanceNanos;
            this.report = report;
        }

        /// What the worker talks to.
        public Engine engine(Engine own) {
            return new DelegatingEngine(own) {
                @Override
                public void submit(long sequence, GenerateRequest request) {
                    begin(sequence, request);
                    own.submit(sequence, request);
                }

                @Override
                public Optional<KvExchange> exchange() {
                    return own.exchange().map(WatchedEngine.this::exchange);
                }

                @Override
                public void cancel(long sequence) {
                    end(sequence);
                    own.cancel(sequence);
                }
            };
        }

        private KvExchange exchange(KvExchange own) {
            return new KvExchange() {
                @Override
                public int cachedTokens(int[] prompt) {
                    return own.cachedTokens(prompt);
                }

                @Override
                public void prefill(long sequence, GenerateRequest request) {
                    begin(sequence, request);
                    own.prefill(sequence, request);
                }

                @Override
                public KvBlocks export(long sequence, int skipped) {
                    return own.export(sequence, skipped);
                }

                @Override
                public int take(KvBlocks blocks) {
                    return own.take(blocks);
                }
            };
        }

        private void begin(long sequence, GenerateRequest request) {
            Live live = new Live(this, request.requestId());
            sequences.put(sequence, live);
            liveByRequest
                    .computeIfAbsent(request.requestId(), _ -> new ArrayList<>(1))
                    .add(live);
        }

        /// What the engine talks to.
        public EngineListener listener(EngineListener own) {
            return new EngineListener() {
                @Override
                public void stepped(EngineStep step) {
                    steppedAtNanos = now.getAsLong();
                    for (int i = 0; i < step.sequences().length; i++) {
                        produced(step.sequences()[i], step.positions()[i]);
                    }
                    for (Finished finished : step.finished()) {
                        end(finished.sequence());
                    }
                    own.stepped(step);
                }

                @Override
                public void failed(long sequence, RequestError error) {
                    end(sequence);
                    own.failed(sequence, error);
                }

                @Override
                public void preempted(long sequence, int computedTokens) {
                    own.preempted(sequence, computedTokens);
                }
            };
        }

        private void produced(long sequence, int position) {
            Live live = sequences.get(sequence);
            if (live == null) {
                report.broken(node, "sequence " + sequence + " got a token after its end or its cancellation");
            } else if (position != live.produced++) {
                report.broken(
                        node,
                        "sequence " + sequence + " got token " + position + " where " + (live.produced - 1)
                                + " was due");
            }
        }

        private void end(long sequence) {
            @Nullable Live live = sequences.remove(sequence);
            if (live != null) {
                release(live);
            }
        }
    }
}
