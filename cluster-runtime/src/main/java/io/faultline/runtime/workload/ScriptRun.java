package io.faultline.runtime.workload;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.AnswerObserver;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadTally;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.runtime.world.LoadControl.Script;
import java.util.List;

/// A run of requests that are given. Confined to the clients' loop.
final class ScriptRun implements LoadRun {
    private final Script script;
    private final AnswerObserver observer;
    private final OpenRun.Surroundings around;
    private final RandomSource seeds;
    private final String idPrefix;
    private long startedNanos;
    private int sent;
    private int open;
    private int completed;
    private boolean draining;

    ScriptRun(
            Script script, AnswerObserver observer, OpenRun.Surroundings around, RandomSource random, String idPrefix) {
        this.script = script;
        this.observer = observer;
        this.around = around;
        this.seeds = random.fork("sampling");
        this.idPrefix = idPrefix;
    }

    void start() {
        startedNanos = around.loop().now();
        scheduleNext();
    }

    private void scheduleNext() {
        if (sent < script.requests()) {
            long waitNanos = startedNanos + script.atNanos(sent) - around.loop().now();
            around.loop().after(Math.max(0, waitNanos), this::send);
        }
    }

    private void send() {
        if (draining) {
            return;
        }
        int number = sent++;
        int[] prompt = script.prompt(number);
        StopConditions stop = new StopConditions(script.answerTokens(number), 0, true, List.of());
        SamplingOptions sampling = new SamplingOptions(1.0, 1.0, seeds.nextLong());
        String id = idPrefix + '-' + number;
        open++;
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
                                Caller.ANYBODY.priority(),
                                Caller.ANYBODY.tenant(),
                                around.config().deadlineNanos()),
                        new Reading(id, prompt, stop, sampling));
        scheduleNext();
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
        return open == 0 && (draining || sent == script.requests());
    }

    @Override
    public LoadTally tally() {
        return new LoadTally(sent, completed);
    }

    private final class Reading extends CheckedAnswer {
        private final long sentNanos = around.loop().now();

        Reading(String id, int[] prompt, StopConditions stop, SamplingOptions sampling) {
            super(id, around.loop(), around.events(), () -> around.oracle().answer(prompt, stop, sampling));
        }

        @Override
        void checked(Outcome outcome) {
            open--;
            completed += outcome instanceof Outcome.Completed ? 1 : 0;
            long first = firstDeltaNanos();
            int tokens = received();
            observer.ended(new ObservedAnswer(
                    Caller.ANYBODY,
                    outcome,
                    sentNanos,
                    first < 0 ? -1 : first - sentNanos,
                    tokens < 2 ? 0 : (lastDeltaNanos() - first) / (tokens - 1),
                    tokens));
        }
    }
}
