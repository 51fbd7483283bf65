package io.faultline.runtime.workload;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.function.Supplier;

/// Synthetic clients on one loop. A closed-loop client whose request was refused or failed waits
/// [LoadClientsConfig#retryNanos] before it sends the next. Confined to the loop.
public final class LoadClients implements LoadControl {
    private final NodeLoop loop;
    private final RandomSource random;
    private final EventSink events;
    private final FrontendLink frontends;
    private final AnswerOracle oracle;
    private final LoadClientsConfig config;
    private int runs;

    public LoadClients(
            NodeLoop loop,
            RandomSource random,
            EventSink events,
            FrontendLink frontends,
            AnswerOracle oracle,
            LoadClientsConfig config) {
        this.loop = loop;
        this.random = random;
        this.events = events;
        this.frontends = frontends;
        this.oracle = oracle;
        this.config = config;
    }

    /// @param model what they ask for
    /// @param promptVocabulary prompt tokens are drawn from `[0, promptVocabulary)`
    /// @param retryNanos pause after a refusal or a failure; default 1 s
    /// @param deadlineNanos time allowed for one request; default 10 min
    /// @param idPrefix request ids begin with it
    /// @param stops when an answer is to end
    @RecordBuilder
    public record LoadClientsConfig(
            String model, int promptVocabulary, long retryNanos, long deadlineNanos, String idPrefix, StopDraw stops)
            implements LoadClientsLoadClientsConfigBuilder.With {
        public static LoadClientsConfig of(String model, int promptVocabulary) {
            return new LoadClientsConfig(
                    model, promptVocabulary, 1_000_000_000L, 600_000_000_000L, "load", StopDraw.FULL_LENGTH);
        }
    }

    /// Chooses a request's stop conditions.
    public interface StopDraw {
        /// Every answer is as long as it may be.
        StopDraw FULL_LENGTH = (maxTokens, _) -> new StopConditions(maxTokens, 0, true, List.of());

        StopConditions draw(int maxTokens, RandomSource own);
    }

    @Override
    public LoadRun start(LoadSpec spec) {
        Run run = new Run(spec, ++runs);
        run.start();
        return run;
    }

    @Override
    public LoadRun start(OpenLoadSpec spec, AnswerObserver observer) {
        OpenRun run = new OpenRun(
                spec,
                observer,
                new OpenRun.Surroundings(loop, events, frontends, oracle, config),
                random.fork("open-run-" + ++runs),
                config.idPrefix() + "-open-" + runs);
        run.start();
        return run;
    }

    @Override
    public LoadRun start(Script script, AnswerObserver observer) {
        ScriptRun run = new ScriptRun(
                script,
                observer,
                new OpenRun.Surroundings(loop, events, frontends, oracle, config),
                random.fork("script-run-" + ++runs),
                config.idPrefix() + "-script-" + runs);
        run.start();
        return run;
    }

    private final class Run implements LoadRun {
        private final LoadSpec spec;
        private final int number;
        private final RandomSource draws;
        private final int[] sharedPrefix;
        private int open;
        private int active;
        private int sent;
        private int completed;
        private boolean draining;

        Run(LoadSpec spec, int number) {
            this.spec = spec;
            this.number = number;
            this.draws = random.fork("run-" + number);
            this.sharedPrefix = tokens(draws.fork("prefix"), spec.sharedPrefixTokens());
        }

        void start() {
            active = spec.clients();
            for (int c = 0; c < spec.clients(); c++) {
                Client client = new Client(c, draws.fork("client-" + c));
                loop.after(spec.rampNanos() * c / spec.clients(), client::next);
            }
        }

        @Override
        public void drain() {
            draining = true;
        }

        @Override
        public int open() {
            return open;
        }

        @Override
        public boolean isFinished() {
            return open == 0 && (active == 0 || draining);
        }

        @Override
        public LoadTally tally() {
            return new LoadTally(sent, completed);
        }

        private int[] tokens(RandomSource from, int count) {
            int[] drawn = new int[count];
            for (int i = 0; i < count; i++) {
                drawn[i] = from.nextInt(config.promptVocabulary());
            }
            return drawn;
        }

        /// One client: a request, then the next.
        private final class Client {
            private final int client;
            private final RandomSource own;
            private int ownSent;

            Client(int client, RandomSource own) {
                this.client = client;
                this.own = own;
            }

            void next() {
                boolean enough = spec.requestsPerClient() > 0 && ownSent == spec.requestsPerClient();
                if (draining || enough) {
                    active--;
                    return;
                }
                int[] fresh = tokens(own, (int) own.nextLong(spec.promptTokensMin(), spec.promptTokensMax()));
                int[] prompt = new int[sharedPrefix.length + fresh.length];
                System.arraycopy(sharedPrefix, 0, prompt, 0, sharedPrefix.length);
                System.arraycopy(fresh, 0, prompt, sharedPrefix.length, fresh.length);
                StopConditions stop = config.stops().draw(spec.maxTokens(), own);
                SamplingOptions sampling = new SamplingOptions(1.0, 1.0, own.nextLong());
                String id = config.idPrefix() + '-' + number + '-' + client + '-' + ownSent++;
                open++;
                sent++;
                frontends.submit(
                        new InferenceRequest(
                                id,
                                config.model(),
                                new InferenceRequest.Prompt.Tokens(prompt),
                                stop,
                                sampling,
                                ApiEndpoint.COMPLETIONS,
                                true,
                                0,
                                "",
                                config.deadlineNanos()),
                        new ClosedAnswer(id, this, () -> oracle.answer(prompt, stop, sampling)));
            }
        }

        /// Goes on when an answer ended.
        private final class ClosedAnswer extends CheckedAnswer {
            private final Client client;

            ClosedAnswer(String id, Client client, Supplier<int[]> expected) {
                super(id, loop, events, expected);
                this.client = client;
            }

            @Override
            void checked(Outcome outcome) {
                open--;
                if (outcome instanceof Outcome.Completed) {
                    Run.this.completed++;
                    client.next();
                } else {
                    loop.after(config.retryNanos(), client::next);
                }
            }
        }
    }
}
