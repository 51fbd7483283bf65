package io.faultline.runtime.worker;

import io.faultline.runtime.discovery.DelegatingStore;
import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.InstanceDirectory;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.discovery.VirtualStore;
import io.faultline.runtime.engine.DelegatingEngine;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.engine.modelled.ModelledEngine;
import io.faultline.runtime.engine.modelled.ModelledEngineConfig;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.LoopbackNetwork;
import io.faultline.runtime.transport.RequestPlaneClient;
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.faultline.runtime.transport.StreamListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A real worker with the modelled engine, a client of its request plane and a view of discovery, on one manual loop.
final class WorkerFixture {
    static final long SECOND = 1_000_000_000L;
    static final long MS = 1_000_000L;
    private static final TokenModel MODEL = new TokenModel(new ByteTokenizer());

    final ManualLoop loop = new ManualLoop();
    final List<EventRecord> events = new ArrayList<>();
    final WorkerNode worker;
    private final LoopbackNetwork network = new LoopbackNetwork(loop);
    private final RequestPlaneClient client =
            new RequestPlaneClient(loop, network.transportFor("frontend"), RequestPlaneConfig.defaults());
    private final InstanceDirectory directory;
    private final List<ModelledEngine> engines = new ArrayList<>();
    /// What the engine answers to the order to free what it holds; by default it has.
    Consumer<Consumer<Optional<String>>> freeing = done -> done.accept(Optional.empty());
    /// False = it does not answer while the worker is stopping.
    boolean storeAnswers = true;
    Optional<NodeExit> ended = Optional.empty();
    private int requests;

    WorkerFixture(WorkerConfig config) {
        KeyValueStore store = VirtualStore.clientOf(loop);
        directory = new InstanceDirectory(loop, store, LeaseConfig.defaults(), new InstanceDirectory.Listener() {
            @Override
            public void appeared(Instance instance) {}

            @Override
            public void vanished(Instance instance) {}
        });
        directory.start();
        NodeServices services = new NodeServices(
                new NodeId("decode-0"),
                loop,
                new RandomSource(1),
                network.transportFor("decode-0"),
                new HoldingStore(store),
                events::add);
        worker = new WorkerNode(services, config, (engineLoop, listener, kv) -> {
            ModelledEngine engine = new ModelledEngine(engineLoop, listener, ModelledEngineConfig.defaults(MODEL), kv);
            engines.add(engine);
            return new SlowToFree(engine);
        });
        worker.start(exit -> ended = Optional.of(exit));
        loop.runFor(100 * MS);
    }

    void disturb(EngineCondition condition) {
        engines.getFirst().become(condition);
    }

    boolean isInDiscovery() {
        return !directory.instances().isEmpty();
    }

    /// A stream that is open long, and can be continued elsewhere.
    Stream ask(int tokens) {
        return ask(tokens, Integer.MAX_VALUE);
    }

    /// @param movableTokensMax longest sequence that can be
    Stream ask(int tokens, int movableTokensMax) {
        Stream stream = new Stream();
        client.open(
                new Address("decode-0"),
                new GenerateRequest(
                        "r" + ++requests,
                        0,
                        "m",
                        new int[] {5, 6, 7},
                        new StopConditions(tokens, tokens, true, List.of()),
                        new SamplingOptions(1, 1, 1),
                        0,
                        movableTokensMax),
                stream);
        return stream;
    }

    <R extends EventRecord> List<R> events(Class<R> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// What came of one stream.
    static final class Stream implements StreamListener {
        int tokens;
        Optional<FinishReason> finish = Optional.empty();
        Optional<RequestError> failure = Optional.empty();

        @Override
        public void prefilled(int cachedTokens) {}

        @Override
        public void token(int token, int position) {
            tokens++;
        }

        @Override
        public void finished(FinishReason reason) {
            finish = Optional.of(reason);
        }

        @Override
        public void failed(RequestError error) {
            failure = Optional.of(error);
        }
    }

    private final class SlowToFree extends DelegatingEngine {
        SlowToFree(Engine own) {
            super(own);
        }

        @Override
        public void shutdown(Consumer<Optional<String>> done) {
            close();
            freeing.accept(done);
        }
    }

    /// A store that can fall silent towards those who leave.
    private final class HoldingStore extends DelegatingStore {
        HoldingStore(KeyValueStore own) {
            super(own);
        }

        @Override
        public void revoke(long lease, Consumer<Reply<Lease>> then) {
            if (storeAnswers) {
                super.revoke(lease, then);
            }
        }
    }
}
