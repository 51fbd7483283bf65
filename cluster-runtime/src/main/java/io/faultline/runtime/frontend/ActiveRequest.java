package io.faultline.runtime.frontend;

import io.faultline.runtime.admission.Permit;
import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.migration.MigrationPolicy.Decision;
import io.faultline.runtime.migration.MigrationPolicy.Spent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.request.Usage;
import io.faultline.runtime.routing.RoutedSequence;
import io.faultline.runtime.routing.RoutingPolicy.Candidate;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.RequestPlaneClient.TokenStream;
import io.faultline.runtime.transport.StreamListener;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// One request from its first routing to its one end, over as many workers as it takes.
///
/// What the client has received ([Delivery]) lives here and not in an attempt, so a migration carries it over by
/// doing nothing: the next worker is asked to go on after prompt + delivered tokens.
///
/// | from | event | to |
/// |---|---|---|
/// | waiting | instance chosen | streaming |
/// | waiting | a router is asked | asking |
/// | asking | it named a candidate, or nobody did and one was chosen | streaming |
/// | asking | no candidate is left | waiting |
/// | waiting | patience over, no attempt made yet | ended (rejected) |
/// | waiting, asking | patience or deadline over | ended (failed) |
/// | streaming | token | streaming |
/// | streaming | finish, stop string | ended (completed) |
/// | streaming | attempt broke or stalled, may go on | waiting |
/// | streaming | attempt broke or stalled, answer is whole | ended (completed) |
/// | streaming | attempt broke or stalled, may not go on | ended (failed) |
/// | waiting, asking, streaming | cancelled | ended (cancelled) |
///
/// Confined to the loop.
final class ActiveRequest implements FrontendPort.Ticket {
    private final Processor processor;
    private final InferenceRequest request;
    private final ResponseSink sink;
    private final StopConditions stop;
    private final Permit permit;
    private final Delivery delivery;
    private final long receivedNanos;
    private final Set<Long> failedInstances = new TreeSet<>();
    private final List<Long> workers = new ArrayList<>(1);
    private final NodeLoop.Timer deadline;
    private int attempts;
    private int migrations;
    private int migrationsSinceToken;
    private int cachedTokens = -1;
    private final Recovery recovery;
    private State state = new State.Waiting();
    private final Patience patience;

    ActiveRequest(
            Processor processor,
            InferenceRequest request,
            int[] prompt,
            StopConditions stop,
            Permit permit,
            ResponseSink sink) {
        this.processor = processor;
        this.request = request;
        this.sink = sink;
        this.stop = stop;
        this.permit = permit;
        this.delivery = new Delivery(processor, request.id(), prompt, stop);
        this.recovery = new Recovery(processor, request.id());
        this.patience = new Patience(processor, request.model(), this::dispatch);
        this.receivedNanos = processor.now();
        this.deadline = processor.after(
                request.deadlineNanos(),
                () -> fail(new RequestError(ErrorType.DEADLINE_EXCEEDED, "the request's deadline passed")));
    }

    private sealed interface State {
        /// To be routed, now or after a pause.
        record Waiting() implements State {}

        /// A router is asked.
        record Asking(RoutedSequence sequence, GenerateRequest generate) implements State {}

        record Streaming(Attempt attempt) implements State {}

        record Ended() implements State {}
    }

    /// Chooses a worker and opens a stream to it, or waits until there is one.
    void dispatch() {
        if (!(state instanceof State.Waiting)) {
            return;
        }
        patience.pause();
        List<Candidate> candidates = candidates();
        if (candidates.isEmpty()) {
            awaitInstance();
            return;
        }
        patience.rewarded();
        delivery.noteLength();
        GenerateRequest generate = new GenerateRequest(
                request.id(),
                attempts,
                request.model(),
                delivery.sequence(),
                stop.after(delivery.tokens()),
                request.sampling(),
                request.priority(),
                processor.migration().movableTokensMax(migrations));
        RoutedSequence sequence = processor.askRouter(generate, candidates, this::answered);
        if (sequence.isWaiting()) {
            state = new State.Asking(sequence, generate);
        } else {
            send(generate, sequence, processor.chooseAlone(generate, candidates), candidates.size());
        }
    }

    private List<Candidate> candidates() {
        return processor.candidates(request.model(), failedInstances, migrations > 0);
    }

    /// What a router said is advice: who may be chosen is decided here, by what is known at this moment.
    private void answered(OptionalLong named) {
        if (!(state instanceof State.Asking(RoutedSequence sequence, GenerateRequest generate))) {
            throw Invariants.broken("request %s hears a router that it did not ask", request.id());
        }
        List<Candidate> candidates = candidates();
        if (candidates.isEmpty()) {
            sequence.over();
            state = new State.Waiting();
            awaitInstance();
            return;
        }
        boolean isThere = named.isPresent()
                && candidates.stream().anyMatch(candidate -> candidate.instance() == named.getAsLong());
        if (named.isPresent() && !isThere) {
            processor.emit(new RoutingEvent.RouteDeclined(
                    request.id(), generate.attempt(), "instance " + named.getAsLong() + " is not to be used now"));
        }
        Instance instance =
                isThere ? processor.instance(named.getAsLong()) : processor.chooseAlone(generate, candidates);
        send(generate, sequence, instance, candidates.size());
    }

    private void send(GenerateRequest generate, RoutedSequence sequence, Instance instance, int candidates) {
        processor.emit(new RequestEvent.RequestRouted(request.id(), attempts, instance.id(), candidates));
        Attempt attempt = new Attempt(attempts++, instance, sequence);
        workers.add(instance.id());
        sink.routed(instance.id());
        state = new State.Streaming(attempt);
        sequence.sentTo(instance.id());
        attempt.stream = processor.open(instance, generate, attempt);
    }

    private void awaitInstance() {
        if (patience.awaits(attempts > 0)) {
            return;
        }
        if (attempts == 0) {
            end(processor.rejected(request, processor.nobodyFor(request.model()), elapsed()), "");
        } else {
            fail(new RequestError(
                    ErrorType.UNAVAILABLE,
                    "the worker was lost and no other one for the model '" + request.model() + "' appeared"));
        }
    }

    String id() {
        return request.id();
    }

    @Override
    public void cancel(StopReason reason) {
        if (state instanceof State.Ended) {
            return;
        }
        dropStream();
        processor.emit(new RequestEvent.RequestCancelled(request.id(), reason, delivery.tokens(), elapsed()));
        end(new Outcome.Cancelled(reason), "");
    }

    /// Ends the request because the frontend stops.
    void abort() {
        fail(new RequestError(ErrorType.SHUTTING_DOWN, "the frontend shut down before the answer was complete"));
    }

    /// Goes on elsewhere although its worker still answers, if it may move and there is somewhere to go.
    void leave(long instance, RequestError why) {
        if (state instanceof State.Streaming(Attempt attempt)
                && attempt.instance.id() == instance
                && attempt.decide(why) instanceof Decision.Migrate
                && processor.candidates(request.model(), failedInstances, false).stream()
                        .anyMatch(c -> c.instance() != instance)) {
            attempt.stream.cancel(true);
            attempt.broke(why);
        }
    }

    private void complete(FinishReason reason) {
        Usage usage = new Usage(delivery.promptTokens(), delivery.tokens(), Math.max(0, cachedTokens));
        processor.emit(new RequestEvent.RequestCompleted(
                request.id(), reason, usage.promptTokens(), usage.completionTokens(), usage.cachedTokens(), elapsed()));
        end(new Outcome.Completed(reason, usage, List.copyOf(workers)), delivery.finish());
    }

    private void fail(RequestError error) {
        if (state instanceof State.Ended) {
            return;
        }
        dropStream();
        recovery.failed(error.type());
        processor.emit(new RequestEvent.RequestFailed(request.id(), error.type(), error.message(), elapsed()));
        end(new Outcome.Failed(error), "");
    }

    private void end(Outcome outcome, String tail) {
        switch (state) {
            case State.Asking(RoutedSequence sequence, GenerateRequest _) -> sequence.over();
            case State.Streaming(Attempt attempt) -> attempt.sequence.over();
            case State.Waiting(), State.Ended() -> {
                // No router counts it.
            }
        }
        state = new State.Ended();
        deadline.cancel();
        patience.pause();
        permit.release(outcome instanceof Outcome.Completed);
        processor.ended(this);
        sink.ended(outcome, tail);
    }

    private void dropStream() {
        if (state instanceof State.Streaming(Attempt attempt)) {
            attempt.leave(true);
        }
    }

    private long elapsed() {
        return processor.now() - receivedNanos;
    }

    /// One worker's part. Hears nothing after the request has moved on, because its stream is cancelled or
    /// over.
    private final class Attempt implements StreamListener {
        private final int number;
        private final Instance instance;
        private final RoutedSequence sequence;
        private final int deliveredBefore = delivery.tokens();
        private int cached;
        private final StallWatch watch;
        private TokenStream stream = _ -> {};

        Attempt(int number, Instance instance, RoutedSequence sequence) {
            this.number = number;
            this.instance = instance;
            this.sequence = sequence;
            this.watch = new StallWatch(processor.loop(), processor.migration().stall(), this::stalled);
        }

        /// Hears nothing more of it.
        private void leave(boolean drop) {
            watch.end();
            stream.cancel(drop);
        }

        private void stalled(long nanos) {
            leave(true);
            broke(new RequestError(
                    ErrorType.STREAM_STALLED,
                    "the worker at " + instance.address() + " is there but its stream yielded nothing for "
                            + nanos / 1_000_000 + " ms"));
        }

        @Override
        public void prefilled(int cachedByWorker) {
            cached = cachedByWorker;
            sequence.prefilled();
            permit.prefilled(cachedByWorker);
            if (cachedTokens < 0) {
                cachedTokens = cachedByWorker;
            }
        }

        @Override
        public void token(int token, int position) {
            Invariants.check(isCurrent(), "a token of attempt %s came after the request moved on", number);
            int due = delivery.tokens() - deliveredBefore;
            if (position != due) {
                leave(true);
                broke(new RequestError(
                        ErrorType.STREAM_INCOMPLETE, "token " + position + " came where " + due + " was due"));
                return;
            }
            watch.token();
            String released = delivery.accept(token);
            permit.token();
            if (due == 0) {
                firstToken();
            }
            delivery.report(instance.id(), false);
            sink.delta(released, token);
            if (isCurrent() && delivery.stopped()) {
                leave(false);
                delivery.report(instance.id(), true);
                complete(FinishReason.STOP);
            }
        }

        private void firstToken() {
            migrationsSinceToken = 0;
            if (deliveredBefore == 0) {
                processor.emit(new RequestEvent.FirstToken(request.id(), instance.id(), elapsed()));
            }
            recovered();
        }

        private void recovered() {
            recovery.completed(instance.id(), delivery.promptTokens() + deliveredBefore - cached);
        }

        @Override
        public void finished(FinishReason reason) {
            watch.end();
            // An answer that was whole already ends on the new worker without another token.
            recovered();
            delivery.report(instance.id(), true);
            complete(reason);
        }

        @Override
        public void failed(RequestError error) {
            broke(error);
        }

        private boolean isCurrent() {
            return state instanceof State.Streaming(Attempt current) && current == this;
        }

        private Decision decide(RequestError error) {
            long leftNanos = receivedNanos + request.deadlineNanos() - processor.now();
            return processor.decide(
                    error.type(), new Spent(migrations, migrationsSinceToken), delivery.sequenceTokens(), leftNanos);
        }

        private void broke(RequestError error) {
            watch.end();
            delivery.report(instance.id(), true);
            sequence.over();
            state = new State.Waiting();
            failedInstances.add(instance.id());
            permit.broke();
            if (error.type().inhibits()) {
                processor.inhibit(instance.id(), error);
            }
            int delivered = delivery.tokens();
            if (delivered > 0 && delivered >= stop.maxTokens()) {
                // Only the last frame was lost; the answer is whole.
                complete(FinishReason.LENGTH);
                return;
            }
            MigrationType type = delivered == 0 ? MigrationType.NEW_REQUEST : MigrationType.ONGOING_REQUEST;
            switch (decide(error)) {
                case Decision.Migrate(long waitNanos) -> {
                    migrations++;
                    migrationsSinceToken++;
                    recovery.started(number, instance.id(), type, error.type(), delivery.sequenceTokens());
                    if (waitNanos == 0) {
                        dispatch();
                    } else {
                        patience.backOff(waitNanos);
                    }
                }
                case Decision.GiveUp(String why) -> {
                    if (error.type().migratable()) {
                        recovery.refused(number, instance.id(), type, error.type());
                    }
                    fail(new RequestError(error.type(), error.message() + "; " + why));
                }
            }
        }
    }
}
