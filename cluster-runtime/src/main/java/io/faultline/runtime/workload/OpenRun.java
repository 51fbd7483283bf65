package io.faultline.runtime.workload;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.workload.LoadClients.LoadClientsConfig;
import io.faultline.runtime.world.LoadControl.AnswerObserver;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadTally;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import java.util.List;
import java.util.function.Supplier;

/// An open-loop run: the moments of arrival are drawn ahead of the answers, and a loop that was late catches up
/// with them, so that its lateness does not relieve the service. Confined to the clients' loop.
final class OpenRun implements LoadRun {
    private final OpenLoadSpec spec;
    private final AnswerObserver observer;
    private final Surroundings around;
    private final RandomSource arrivals;
    private final RandomSource draws;
    private final String idPrefix;
    private final double meanNanos;
    private double callersTotal;
    private double nextNanos;
    private int open;
    private int sent;
    private int completed;
    private boolean draining;

    /// What a run works with.
    record Surroundings(
            NodeLoop loop, EventSink events, FrontendLink frontends, AnswerOracle oracle, LoadClientsConfig config) {}

    OpenRun(OpenLoadSpec spec, AnswerObserver observer, Surroundings around, RandomSource random, String idPrefix) {
        this.spec = spec;
        this.observer = observer;
        this.around = around;
        this.arrivals = random.fork("arrivals");
        this.draws = random.fork("requests");
        this.idPrefix = idPrefix;
        this.meanNanos = 1e9 / spec.requestsPerSecond();
        for (Caller caller : spec.callers()) {
            callersTotal += caller.share();
        }
    }

    void start() {
        nextNanos = (double) around.loop().now();
        scheduleNext();
    }

    private void scheduleNext() {
        nextNanos += arrivals.nextExponential(meanNanos);
        around.loop().after(Math.max(0, (long) nextNanos - around.loop().now()), this::arrive);
    }

    private void arrive() {
        if (draining) {
            return;
        }
        Caller caller = drawCaller();
        int[] prompt = new int[(int) draws.nextLong(spec.promptTokensMin(), spec.promptTokensMax())];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = draws.nextInt(around.config().promptVocabulary());
        }
        int answer = (int) draws.nextLong(spec.answerTokensMin(), spec.answerTokensMax());
        StopConditions stop = new StopConditions(answer, 0, true, List.of());
        SamplingOptions sampling = new SamplingOptions(1.0, 1.0, draws.nextLong());
        new Asking(caller, prompt, stop, sampling, sent++).ask();
        scheduleNext();
    }

    private Caller drawCaller() {
        double at = draws.nextDouble() * callersTotal;
        for (Caller caller : spec.callers()) {
            at -= caller.share();
            if (at < 0) {
                return caller;
            }
        }
        return spec.callers().getLast();
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
        return draining && open == 0;
    }

    @Override
    public LoadTally tally() {
        return new LoadTally(sent, completed);
    }

    /// One request with its retries.
    private final class Asking {
        private final Caller caller;
        private final int[] prompt;
        private final StopConditions stop;
        private final SamplingOptions sampling;
        private final int number;
        private final long sentNanos;
        private int tries;

        Asking(Caller caller, int[] prompt, StopConditions stop, SamplingOptions sampling, int number) {
            this.caller = caller;
            this.prompt = prompt;
            this.stop = stop;
            this.sampling = sampling;
            this.number = number;
            this.sentNanos = around.loop().now();
            open++;
        }

        void ask() {
            String id = idPrefix + '-' + number + (tries == 0 ? "" : "-" + tries);
            tries++;
            around.frontends()
                    .submit(
                            new InferenceRequest(
                                    id,
                                    around.config().model(),
                                    new InferenceRequest.Prompt.Tokens(prompt),
                                    stop,
                                    sampling,
                                    ApiEndpoint.COMPLETIONS,
                                    true,
                                    caller.priority(),
                                    caller.tenant(),
                                    around.config().deadlineNanos()),
                            new Reading(id, this, () -> around.oracle().answer(prompt, stop, sampling)));
        }

        void ended(Reading answer, Outcome outcome) {
            if (outcome instanceof Outcome.Rejected && tries <= spec.retriesMax() && !draining) {
                around.loop().after(spec.retryNanos(), this::ask);
                return;
            }
            open--;
            completed += outcome instanceof Outcome.Completed ? 1 : 0;
            long first = answer.firstDeltaNanos();
            int tokens = answer.received();
            observer.ended(new ObservedAnswer(
                    caller,
                    outcome,
                    sentNanos,
                    first < 0 ? -1 : first - sentNanos,
                    tokens < 2 ? 0 : (answer.lastDeltaNanos() - first) / (tokens - 1),
                    tokens));
        }
    }

    private final class Reading extends CheckedAnswer {
        private final Asking asking;

        Reading(String id, Asking asking, Supplier<int[]> expected) {
            super(id, around.loop(), around.events(), expected);
            this.asking = asking;
        }

        @Override
        void checked(Outcome outcome) {
            asking.ended(this, outcome);
        }
    }
}
