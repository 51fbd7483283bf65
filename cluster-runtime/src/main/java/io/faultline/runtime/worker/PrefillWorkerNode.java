package io.faultline.runtime.worker;

import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.KvExchange;
import io.faultline.runtime.prefill.KvSpool;
import io.faultline.runtime.prefill.ModelledSpool;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillWorkbench;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeServices;
import java.util.function.Consumer;

/// A prefill worker: takes prompts from the queue, has its engine compute them and hands the blocks over. It decodes
/// nothing and takes no streams. What it has in common with other workers is [WorkerCore]'s; when its engine is sick,
/// or it ends, its jobs go back to the queue. Confined to the loop.
public final class PrefillWorkerNode implements Node, WorkerPort {
    private final WorkerCore core;
    private final PrefillWorkbench bench;

    /// @param decode of the workers that it works for
    public PrefillWorkerNode(NodeServices services, WorkerConfig decode, EngineFactory engines) {
        WorkerConfig config = decode.asPrefillWorker();
        PrefillConfig prefill =
                config.prefill().orElseThrow(() -> Invariants.broken("a prefill worker is told how to prefill"));
        this.core = new WorkerCore(services, config, engines, new Jobs());
        KvExchange exchange = core.engine()
                .exchange()
                .orElseThrow(() -> Invariants.broken("a prefill worker's engine gives its blocks away"));
        KvSpool spool = new ModelledSpool(services.loop(), prefill.spool());
        this.bench = new PrefillWorkbench(services, prefill, core.engine(), exchange, spool, new Bench());
    }

    @Override
    public void start(Consumer<NodeExit> onEnd) {
        core.start(onEnd);
    }

    @Override
    public void stop() {
        core.stop();
    }

    @Override
    public WorkerState state() {
        return core.state();
    }

    private final class Bench implements PrefillWorkbench.Owner {
        @Override
        public long instance() {
            return core.instance();
        }

        @Override
        public boolean takesWork() {
            return core.instance() != 0 && core.refusal().isEmpty();
        }

        @Override
        public long ownSequence() {
            core.gotWork();
            return core.plane().ownSequence();
        }

        @Override
        public void loadChanged() {
            core.loadChanged();
        }
    }

    private final class Jobs implements WorkerCore.Work {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            core.plane().fail(sequence, new RequestError(ErrorType.INVALID_ARGUMENT, "this worker prefills only"));
        }

        @Override
        public void cancelled(long sequence) {
            // It takes no streams.
        }

        @Override
        public int open() {
            return bench.jobs();
        }

        @Override
        public void handOver(RequestError why) {
            bench.returnAll();
        }

        @Override
        public void handOverMovable(RequestError why) {
            bench.returnAll();
        }

        @Override
        public void ready() {
            bench.pullIfRoom();
        }

        @Override
        public void close() {
            bench.close();
        }

        @Override
        public void stepped(EngineStep step) {
            bench.stepped(step);
        }

        @Override
        public void failed(long sequence, RequestError error) {
            bench.failed(sequence);
        }

        @Override
        public void preempted(long sequence, int computedTokens) {
            // The prompt is computed again when there is room.
        }
    }
}
