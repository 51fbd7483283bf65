package io.faultline.sim.scenario;

import static io.faultline.sim.scenario.Plants.engines;
import static io.faultline.sim.scenario.Plants.framesTo;
import static io.faultline.sim.scenario.Plants.outgoing;
import static io.faultline.sim.scenario.Plants.services;
import static io.faultline.sim.scenario.Plants.sinks;
import static io.faultline.sim.scenario.Plants.sinksOfEvents;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.DelegatingStore;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.engine.DelegatingEngine;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.Frame;
import io.faultline.sim.cluster.Parts;
import io.faultline.sim.invariant.EveryMigrationEnds;
import io.faultline.sim.invariant.EveryRequestEndsExactlyOnce;
import io.faultline.sim.invariant.EveryTurnEnds;
import io.faultline.sim.invariant.Invariant;
import io.faultline.sim.invariant.KvBlocksConserved;
import io.faultline.sim.invariant.LivenessAfterHealing;
import io.faultline.sim.invariant.MigrationBudgetKept;
import io.faultline.sim.invariant.NoDeadEnd;
import io.faultline.sim.invariant.NoRouteToExpiredLease;
import io.faultline.sim.invariant.NoTokenLostOrRepeated;
import io.faultline.sim.invariant.NoWorkOnDeadNode;
import io.faultline.sim.invariant.NothingRunsOn;
import io.faultline.sim.invariant.PermitsNeverNegative;
import io.faultline.sim.invariant.Violation;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SimulationResult;
import io.faultline.sim.scenario.Plants.LeakyEngine;
import io.faultline.sim.scenario.Plants.NeverForgetting;
import io.faultline.sim.scenario.Plants.Passing;
import io.faultline.sim.scenario.Plants.PassingPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A simulator that finds nothing proves nothing: each test puts one bug into a cluster and sees the invariant
/// that is about it break, within a few seeds. The same seeds hold with the runtime's own parts.
class PlantedBugsTest {
    private static final int SEEDS = 12;
    private static final int MANY_SEEDS = 100;

    private final Scenario scenario = new DecodeWorkersUnderFire();

    @Test
    void tokenThatIsToldTwiceIsFound() {
        assertCaught(
                NoTokenLostOrRepeated.class,
                () -> sinks(sink -> new Passing(sink) {
                    private int told;

                    @Override
                    public void delta(String text, int token) {
                        super.delta(text, token);
                        if (++told == 3) {
                            super.delta(text, token);
                        }
                    }
                }));
    }

    @Test
    void tokenThatIsSwallowedIsFound() {
        assertCaught(
                NoTokenLostOrRepeated.class,
                () -> sinks(sink -> new Passing(sink) {
                    private int told;

                    @Override
                    public void delta(String text, int token) {
                        if (++told != 2) {
                            super.delta(text, token);
                        }
                    }
                }));
    }

    /// The worker skips a token and numbers the rest as if nothing had happened, so the frontend cannot notice.
    @Test
    void tokenThatAWorkerLosesIsFound() {
        assertCaught(
                NoTokenLostOrRepeated.class,
                () -> framesTo("frontend", frame -> {
                    if (frame instanceof Frame.Tokens(long[] streams, int[] tokens, int[] positions)
                            && positions[0] == 1) {
                        int[] wrong = Arrays.copyOf(tokens, tokens.length);
                        wrong[0] = (tokens[0] + 1) % 256;
                        return Optional.of(new Frame.Tokens(streams, wrong, positions));
                    }
                    return Optional.of(frame);
                }));
    }

    @Test
    void secondEndIsFound() {
        assertCaught(
                EveryRequestEndsExactlyOnce.class,
                () -> sinks(sink -> new Passing(sink) {
                    @Override
                    public void ended(Outcome outcome, String tail) {
                        super.ended(outcome, tail);
                        super.ended(outcome, tail);
                    }
                }));
    }

    @Test
    void tokenAfterTheEndIsFound() {
        assertCaught(
                EveryRequestEndsExactlyOnce.class,
                () -> sinks(sink -> new Passing(sink) {
                    @Override
                    public void ended(Outcome outcome, String tail) {
                        super.ended(outcome, tail);
                        super.delta("", 1);
                    }
                }));
    }

    @Test
    void endThatTheClientIsNotToldIsFound() {
        assertCaught(
                LivenessAfterHealing.class,
                () -> sinks(sink -> new Passing(sink) {
                    @Override
                    public void ended(Outcome outcome, String tail) {
                        if (!(outcome instanceof Outcome.Failed)) {
                            super.ended(outcome, tail);
                        }
                    }
                }));
    }

    /// The last frame of a stream gets lost: its request would wait for its deadline, ten minutes.
    @Test
    void lastFrameThatNeverComesIsFound() {
        assertCaught(
                NoDeadEnd.class,
                () -> framesTo(
                        "frontend",
                        frame -> frame instanceof Frame.StreamFinished finished && finished.stream() % 7 == 3
                                ? Optional.empty()
                                : Optional.of(frame)));
    }

    @Test
    void permitThatIsGivenBackTwiceIsFound() {
        assertCaught(
                PermitsNeverNegative.class,
                () -> sinksOfEvents((record, to) -> {
                    to.emit(record);
                    for (int i = 0; i < (record instanceof RequestEvent.RequestCompleted ? 50 : 0); i++) {
                        to.emit(new RequestEvent.RequestFailed("ghost", ErrorType.INTERNAL, "planted", 0));
                    }
                }));
    }

    /// An engine that forgets to free one block of each sequence that is cancelled.
    @Test
    void leakOfKvBlocksIsFound() {
        assertCaught(KvBlocksConserved.class, () -> engines(own -> new LeakyEngine(own, 0, 1)));
    }

    /// An engine that does not hear cancellations.
    @Test
    void workForACancelledSequenceIsFound() {
        assertCaught(NothingRunsOn.class, () -> new Parts() {
            @Override
            public Engine engine(Engine own) {
                return new DelegatingEngine(own) {
                    @Override
                    public void cancel(long sequence) {
                        // Deaf.
                    }
                };
            }
        });
    }

    /// A frontend that forgets to tell the worker that its client has gone. Clients go after their second token.
    @Test
    void cancellationThatIsNotPassedOnIsFound() {
        assertCaught(NothingRunsOn.class, () -> new Parts() {
            @Override
            public FrontendPort port(FrontendPort own, NodeServices services) {
                return impatient(own);
            }

            @Override
            public NodeServices services(NodeServices own) {
                return outgoing(
                        own,
                        "frontend",
                        frame -> frame instanceof Frame.CancelStream ? Optional.empty() : Optional.of(frame));
            }
        });
    }

    /// The same impatient clients with frontends that do tell: nothing to be found.
    @Test
    void cancellationThatIsPassedOnIsFine() {
        Parts impatient = new Parts() {
            @Override
            public FrontendPort port(FrontendPort own, NodeServices services) {
                return impatient(own);
            }
        };
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimulationResult result = scenario.run(seed, RunOptions.none().withParts(impatient));
            assertThat(result.violations()).isEmpty();
            assertThat(result.requests().cancelled()).isPositive();
        }
    }

    /// A directory that never learns of deletions. A dead worker's instance is set aside at its first failure and
    /// never answers a ping again; it takes a worker that was frozen for longer than its lease, answers again, and
    /// is a new instance by then.
    @Test
    void routeToAnExpiredLeaseIsFound() {
        assertCaught(
                MANY_SEEDS,
                NoRouteToExpiredLease.class,
                () -> services(own -> own.id().value().startsWith("frontend")
                        ? own.withStore(new NeverForgetting(own.store()))
                        : own));
    }

    @Test
    void eventFromADeadNodeIsFound() {
        assertCaught(NoWorkOnDeadNode.class, () -> new Parts() {
            private final List<EventSink> past = new ArrayList<>();

            @Override
            public NodeServices services(NodeServices own) {
                if (own.id().value().equals("decode-0")) {
                    past.add(own.events());
                }
                if (own.id().value().equals("frontend-0")) {
                    tick(own);
                }
                return own;
            }

            // Another node's loop, which lives on while decode-0 is dead.
            private void tick(NodeServices alive) {
                alive.loop().after(100_000_000, () -> {
                    past.forEach(sink -> sink.emit(new EngineEvent.SequenceReleased(1, "undead", 0)));
                    tick(alive);
                });
            }
        });
    }

    @Test
    void migrationOverTheLimitIsFound() {
        assertCaught(
                MigrationBudgetKept.class,
                () -> sinksOfEvents((record, to) -> {
                    to.emit(record);
                    for (int i = 1; record instanceof MigrationEvent.MigrationStarted m && i < 7; i++) {
                        to.emit(new MigrationEvent.MigrationStarted(
                                m.request(), m.attempt() + i, m.from(), m.type(), m.because(), m.replayTokens()));
                    }
                }));
    }

    @Test
    void migrationWithoutAnEndIsFound() {
        assertCaught(
                EveryMigrationEnds.class,
                () -> sinksOfEvents((record, to) -> {
                    if (!(record instanceof MigrationEvent.MigrationFailed)) {
                        to.emit(record);
                    }
                }));
    }

    @Test
    void exceptionInATurnIsFound() {
        assertCaught(EveryTurnEnds.class, () -> new Parts() {
            @Override
            public EngineListener engineListener(EngineListener own) {
                return new EngineListener() {
                    private int steps;

                    @Override
                    public void stepped(EngineStep step) {
                        if (++steps == 20) {
                            throw new IllegalStateException("planted");
                        }
                        own.stepped(step);
                    }

                    @Override
                    public void failed(long sequence, RequestError error) {
                        own.failed(sequence, error);
                    }

                    @Override
                    public void preempted(long sequence, int computedTokens) {
                        own.preempted(sequence, computedTokens);
                    }
                };
            }
        });
    }

    /// A worker that registers in its first life only.
    @Test
    void workerThatDoesNotComeBackIsFound() {
        assertCaught(LivenessAfterHealing.class, () -> new Parts() {
            private final List<String> seen = new ArrayList<>();

            @Override
            public NodeServices services(NodeServices own) {
                String name = own.id().value();
                boolean again = name.startsWith("decode") && seen.contains(name);
                seen.add(name);
                return again ? own.withStore(new Mute(own.store())) : own;
            }
        });
    }

    // ---- how bugs are planted

    /// Some of a few seeds breaks `expected`, and none of them breaks anything without the bug.
    private void assertCaught(Class<? extends Invariant> expected, Supplier<Parts> bug) {
        assertCaught(SEEDS, expected, bug);
    }

    private void assertCaught(int seeds, Class<? extends Invariant> expected, Supplier<Parts> bug) {
        List<String> others = new ArrayList<>();
        for (long seed = 1; seed <= seeds; seed++) {
            SimulationResult result = scenario.run(seed, RunOptions.none().withParts(bug.get()));
            List<String> broken =
                    result.violations().stream().map(Violation::invariant).toList();
            if (broken.contains(expected.getSimpleName())) {
                assertThat(FailureBlock.of(result, Optional.empty()))
                        .contains("BROKEN: " + expected.getSimpleName())
                        .endsWith("REPRODUCE WITH: bin/faultline simulate random-decode-kills --seed " + seed);
                assertThat(scenario.run(seed, RunOptions.none()).violations()).isEmpty();
                return;
            }
            others.addAll(broken);
        }
        throw new AssertionError("the planted bug was not found in " + seeds + " seeds; broken was " + others);
    }

    private static FrontendPort impatient(FrontendPort own) {
        return new PassingPort(own) {
            @Override
            public Ticket submit(InferenceRequest request, ResponseSink sink) {
                List<Ticket> ticket = new ArrayList<>();
                ticket.add(own.submit(request, new Passing(sink) {
                    private int told;

                    @Override
                    public void delta(String text, int token) {
                        super.delta(text, token);
                        if (++told == 2) {
                            ticket.getFirst().cancel(io.faultline.runtime.request.StopReason.CLIENT_GONE);
                        }
                    }
                }));
                return ticket.getFirst();
            }
        };
    }

    /// Grants nothing.
    private static final class Mute extends DelegatingStore {
        Mute(KeyValueStore own) {
            super(own);
        }

        @Override
        public void grant(long ttlNanos, Consumer<Reply<Lease>> then) {
            super.grant(ttlNanos, _ -> then.accept(new Reply.Unavailable<>("planted")));
        }
    }
}
