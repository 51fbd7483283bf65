package io.faultline.runtime.frontend;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.discovery.Instance.ModelCard;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.discovery.Registration;
import io.faultline.runtime.discovery.VirtualStore;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.ResponseSink;
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
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.faultline.runtime.transport.RequestPlaneServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A real frontend beside workers whose engine is the test: each token comes when the test says so. Everything
/// runs on one manual loop.
final class FrontendFixture {
    static final String MODEL = "m";
    static final int CONTEXT = 512;
    private static final long MOMENT = 1_000_000L;

    final ManualLoop loop = new ManualLoop();
    final LoopbackNetwork network = new LoopbackNetwork(loop);
    final List<EventRecord> events = new ArrayList<>();
    final FrontendNode frontend;
    Optional<NodeExit> ended = Optional.empty();
    private final KeyValueStore store;
    private final Map<String, ScriptedWorker> workers = new LinkedHashMap<>();

    FrontendFixture(MigrationConfig migration) {
        this(migration, AdmissionConfig.off());
    }

    FrontendFixture(MigrationConfig migration, AdmissionConfig admission) {
        store = VirtualStore.clientOf(loop);
        NodeServices services = new NodeServices(
                new NodeId("frontend-0"),
                loop,
                new RandomSource(1),
                network.transportFor("frontend-0"),
                store,
                events::add);
        frontend = new FrontendNode(
                services,
                FrontendConfig.defaults(new ByteTokenizer())
                        .withMigration(migration)
                        .withAdmission(admission));
        frontend.start(exit -> ended = Optional.of(exit));
        settle();
    }

    /// Lets everything happen that is due within a millisecond.
    void settle() {
        loop.runFor(MOMENT);
    }

    ScriptedWorker worker(String name) {
        ScriptedWorker worker = new ScriptedWorker(name);
        workers.put(name, worker);
        settle();
        return worker;
    }

    Answer ask(String prompt, int maxTokens, String... stops) {
        return ask(MODEL, prompt, new StopConditions(maxTokens, 0, false, List.of(stops)));
    }

    Answer ask(String model, String prompt, StopConditions stop) {
        return ask(model, prompt, stop, 600_000_000_000L);
    }

    Answer ask(String model, String prompt, StopConditions stop, long deadlineNanos) {
        Answer answer = new Answer();
        answer.ticket = frontend.submit(
                new InferenceRequest(
                        "request-" + events.size(),
                        model,
                        new InferenceRequest.Prompt.Text(prompt),
                        stop,
                        new SamplingOptions(1, 1, 5),
                        ApiEndpoint.COMPLETIONS,
                        true,
                        0,
                        "",
                        deadlineNanos),
                answer);
        settle();
        return answer;
    }

    <R extends EventRecord> List<R> events(Class<R> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// What a client has received.
    static final class Answer implements ResponseSink {
        final StringBuilder text = new StringBuilder();
        final List<Integer> tokens = new ArrayList<>();
        Optional<Outcome> outcome = Optional.empty();
        FrontendPort.Ticket ticket = _ -> {};

        @Override
        public void delta(String released, int token) {
            if (outcome.isPresent()) {
                throw new AssertionError("a delta came after the end");
            }
            text.append(released);
            tokens.add(token);
        }

        @Override
        public void ended(Outcome end, String tail) {
            if (outcome.isPresent()) {
                throw new AssertionError("a second end: " + end + " after " + outcome);
            }
            text.append(tail);
            outcome = Optional.of(end);
        }
    }

    /// A worker whose tokens are the test's.
    final class ScriptedWorker implements RequestPlaneServer.GenerateService {
        final String name;
        final Map<Long, GenerateRequest> open = new LinkedHashMap<>();
        final List<Long> cancelled = new ArrayList<>();
        boolean ready = true;
        private EngineLoad load = new EngineLoad(0, 0, 0, 0, 0);
        private final RequestPlaneServer plane;
        private final Registration registration;
        private final Map<Long, Integer> produced = new LinkedHashMap<>();

        ScriptedWorker(String name) {
            this.name = name;
            this.plane = new RequestPlaneServer(loop, RequestPlaneConfig.defaults(), this);
            listen();
            registration = new Registration(
                    loop,
                    store,
                    LeaseConfig.defaults(),
                    lease -> new Instance(
                            lease,
                            name,
                            "dynamo",
                            "backend",
                            "generate",
                            new Address(name),
                            new ModelCard(MODEL, CONTEXT, 100, 16, 8, 2048)),
                    new Registration.Listener() {
                        @Override
                        public void registered(Instance instance, long ttlNanos) {}

                        @Override
                        public void lost(Instance instance) {}
                    });
            registration.register();
        }

        void listen() {
            plane.listen(network.transportFor(name));
        }

        @Override
        public void opened(long sequence, GenerateRequest request) {
            open.put(sequence, request);
        }

        @Override
        public void cancelled(long sequence) {
            open.remove(sequence);
            cancelled.add(sequence);
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public EngineLoad load() {
            return load;
        }

        /// Tells the frontend that it is so loaded.
        void report(EngineLoad now) {
            load = now;
            plane.report(now);
            settle();
        }

        GenerateRequest only() {
            if (open.size() != 1) {
                throw new AssertionError(name + " has " + open.size() + " streams, not one");
            }
            return open.values().iterator().next();
        }

        /// Sends the text's bytes as tokens, one engine step each, to every open stream.
        void say(String text) {
            for (int token : new ByteTokenizer().encode(text)) {
                sayToken(token);
            }
        }

        void sayToken(int token) {
            long[] sequences = open.keySet().stream().mapToLong(Long::longValue).toArray();
            int[] tokens = new int[sequences.length];
            int[] positions = new int[sequences.length];
            List<Prefilled> prefilled = new ArrayList<>();
            for (int i = 0; i < sequences.length; i++) {
                tokens[i] = token;
                positions[i] = produced.merge(sequences[i], 1, Integer::sum) - 1;
                if (positions[i] == 0) {
                    prefilled.add(new Prefilled(sequences[i], 2));
                }
            }
            plane.deliver(new EngineStep(sequences, tokens, positions, prefilled, List.of(), 0, 1));
            settle();
        }

        void finish(FinishReason reason) {
            List<Finished> finished =
                    open.keySet().stream().map(s -> new Finished(s, reason)).toList();
            open.clear();
            plane.deliver(new EngineStep(new long[0], new int[0], new int[0], List.of(), finished, 0, 1));
            settle();
        }

        /// Ends every open stream with this error.
        void fail(ErrorType type) {
            open.clear();
            plane.failAll(type, "planted");
            settle();
        }

        /// Leaves discovery, then ends.
        void leave() {
            registration.withdraw(() -> {});
            die();
        }

        void die() {
            network.kill(name);
            open.clear();
            settle();
        }
    }
}
