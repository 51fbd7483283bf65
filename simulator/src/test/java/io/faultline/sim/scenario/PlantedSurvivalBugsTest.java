package io.faultline.sim.scenario;

import static io.faultline.sim.scenario.Plants.engines;
import static io.faultline.sim.scenario.Plants.framesTo;
import static io.faultline.sim.scenario.Plants.outgoing;
import static io.faultline.sim.scenario.Plants.services;
import static io.faultline.sim.scenario.Plants.sinks;
import static io.faultline.sim.scenario.Plants.sinksOfEvents;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.worker.WorkerConfig;
import io.faultline.sim.cluster.Parts;
import io.faultline.sim.invariant.EveryRequestEndsExactlyOnce;
import io.faultline.sim.invariant.InhibitedUntilHealthy;
import io.faultline.sim.invariant.Invariant;
import io.faultline.sim.invariant.KvBlocksConserved;
import io.faultline.sim.invariant.LivenessAfterHealing;
import io.faultline.sim.invariant.MigrationBudgetKept;
import io.faultline.sim.invariant.NoDeadEnd;
import io.faultline.sim.invariant.NoRouteToExpiredLease;
import io.faultline.sim.invariant.NoTokenLostOrRepeated;
import io.faultline.sim.invariant.NothingRunsOn;
import io.faultline.sim.invariant.PrefillFailsNoRequest;
import io.faultline.sim.invariant.Violation;
import io.faultline.sim.run.SimulationResult;
import io.faultline.sim.scenario.Plants.LeakyEngine;
import io.faultline.sim.scenario.Plants.NeverForgetting;
import io.faultline.sim.scenario.Plants.Passing;
import io.faultline.sim.scenario.Plants.PassingTransport;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bugs that a runtime like this one has had, or could have, each planted into `mixed-survival`: the invariant
/// that is about it breaks within the seeds that the bug is allowed. How many it took is reported. Without the
/// bug the same seeds hold, as [MixedSurvivalTest] shows.
@Shows("SIM-3")
class PlantedSurvivalBugsTest {
    private final Scenario scenario = new MixedSurvival();

    @ParameterizedTest
    @EnumSource(Bug.class)
    void isCaught(Bug bug, TestReporter reporter) {
        for (int seed = 1; seed <= bug.seedsMax; seed++) {
            SimulationResult result = scenario.run(seed, RunOptions.none().withParts(bug.parts.get()));
            boolean isCaught = result.violations().stream()
                    .anyMatch(violation -> violation.invariant().equals(bug.invariant.getSimpleName()));
            if (isCaught) {
                reporter.publishEntry(bug.name(), bug.invariant.getSimpleName() + " after " + seed + " seeds");
                return;
            }
            assertThat(result.violations())
                    .as("another invariant than expected, seed %s", seed)
                    .extracting(Violation::invariant)
                    .isSubsetOf(bug.alsoSeenBy);
        }
        throw new AssertionError(bug + " was not found in " + bug.seedsMax + " seeds");
    }

    /// What is planted, and what finds it.
    // The suppliers hold nothing; each call makes new parts.
    @SuppressWarnings("ImmutableEnumChecker")
    enum Bug {
        TOKEN_TOLD_TWICE(
                NoTokenLostOrRepeated.class,
                4,
                () -> sinks(sink -> new Passing(sink) {
                    private int told;

                    @Override
                    public void delta(String text, int token) {
                        super.delta(text, token);
                        if (++told == 3) {
                            super.delta(text, token);
                        }
                    }
                })),
        LAST_TOKEN_LOST_AT_MIGRATION(
                NoTokenLostOrRepeated.class,
                20,
                () -> replays(request -> new GenerateRequest(
                        request.requestId(),
                        request.attempt(),
                        request.model(),
                        Arrays.copyOf(request.tokens(), request.tokens().length - 1),
                        request.stop(),
                        request.sampling(),
                        request.priority(),
                        request.movableTokensMax()))),
        MAX_TOKENS_NOT_REDUCED(
                NoTokenLostOrRepeated.class,
                20,
                () -> replays(request -> withStop(
                        request,
                        new StopConditions(
                                request.stop().maxTokens() + 5,
                                request.stop().minTokens(),
                                request.stop().ignoreEos(),
                                request.stop().stopStrings())))),
        MIN_TOKENS_NOT_REDUCED(
                NoTokenLostOrRepeated.class,
                60,
                () -> replays(request -> withStop(
                        request,
                        new StopConditions(
                                request.stop().maxTokens(),
                                request.stop().maxTokens(),
                                request.stop().ignoreEos(),
                                request.stop().stopStrings())))),
        HELD_BACK_TEXT_FORGOTTEN_AT_MIGRATION(
                NoTokenLostOrRepeated.class,
                60,
                () -> sinks(sink -> new Passing(sink) {
                    private boolean isHeldBack;
                    private boolean isForgotten;

                    @Override
                    public void routed(long instance) {
                        super.routed(instance);
                        isForgotten = isHeldBack;
                    }

                    @Override
                    public void delta(String text, int token) {
                        isHeldBack = text.isEmpty();
                        super.delta(isForgotten && !text.isEmpty() ? text.substring(1) : text, token);
                        isForgotten &= isHeldBack;
                    }
                })),
        BUDGET_OFF_BY_ONE(MigrationBudgetKept.class, 20, () -> new Parts() {
            @Override
            public FrontendConfig frontend(FrontendConfig own) {
                return own.withMigration(
                        own.migration().withLimit(own.migration().limit() + 1));
            }
        }),
        CANCELLATION_NOT_PASSED_ON(
                NothingRunsOn.class,
                20,
                () -> services(own -> outgoing(
                        own,
                        "frontend",
                        frame -> frame instanceof Frame.CancelStream ? Optional.empty() : Optional.of(frame)))),
        ORPHAN_NEVER_NOTICED(NothingRunsOn.class, 400, () -> new Parts() {
            @Override
            public WorkerConfig worker(WorkerConfig own) {
                return own.withPlane(own.plane().withOrphanNanos(Long.MAX_VALUE / 4));
            }
        }),
        KV_BLOCK_LEAKED(KvBlocksConserved.class, 20, () -> engines(own -> new LeakyEngine(own, 0, 1))),
        PERMIT_LEAKED(LivenessAfterHealing.class, 20, () -> engines(own -> new LeakyEngine(own, 1, 0))),
        CANCELLATION_NOT_TOLD(
                NoDeadEnd.class,
                60,
                () -> sinksOfEvents((record, to) -> {
                    if (!(record instanceof RequestEvent.RequestCancelled)) {
                        to.emit(record);
                    }
                }),
                List.of(LivenessAfterHealing.class.getSimpleName())),
        ROUTE_STALE(
                NoRouteToExpiredLease.class,
                400,
                () -> services(own -> own.id().value().startsWith("frontend")
                        ? own.withStore(new NeverForgetting(own.store()))
                        : own),
                List.of(LivenessAfterHealing.class.getSimpleName(), PrefillFailsNoRequest.class.getSimpleName())),
        INHIBITION_IGNORED(
                InhibitedUntilHealthy.class,
                60,
                () -> services(
                        own -> own.id().value().startsWith("frontend") ? own.withTransport(new Hopeful(own)) : own)),
        END_TOLD_TWICE(
                EveryRequestEndsExactlyOnce.class,
                4,
                () -> sinks(sink -> new Passing(sink) {
                    @Override
                    public void ended(Outcome outcome, String tail) {
                        super.ended(outcome, tail);
                        super.ended(outcome, tail);
                    }
                })),
        LAST_FRAME_LOST(
                NoDeadEnd.class,
                60,
                () -> framesTo(
                        "frontend",
                        frame -> frame instanceof Frame.StreamFinished finished && finished.stream() % 7 == 3
                                ? Optional.empty()
                                : Optional.of(frame)));

        private final Class<? extends Invariant> invariant;
        private final int seedsMax;
        private final Supplier<Parts> parts;
        private final List<String> alsoSeenBy;

        Bug(Class<? extends Invariant> invariant, int seedsMax, Supplier<Parts> parts) {
            this(invariant, seedsMax, parts, List.of());
        }

        /// @param invariant what has to find it
        /// @param seedsMax within so many seeds
        /// @param alsoSeenBy what may break first on the way there, because the bug has that consequence too
        Bug(Class<? extends Invariant> invariant, int seedsMax, Supplier<Parts> parts, List<String> alsoSeenBy) {
            this.invariant = invariant;
            this.seedsMax = seedsMax;
            this.parts = parts;
            this.alsoSeenBy = alsoSeenBy;
        }
    }

    /// Changes what replacements are asked for after something was delivered.
    private static Parts replays(UnaryOperator<GenerateRequest> change) {
        return new Parts() {
            @Override
            public NodeServices services(NodeServices own) {
                return outgoing(
                        own,
                        "frontend",
                        frame -> frame instanceof Frame.OpenStream(long stream, GenerateRequest request)
                                        && request.attempt() > 0
                                        && request.tokens().length > 1
                                ? Optional.of(new Frame.OpenStream(stream, change.apply(request)))
                                : Optional.of(frame));
            }
        };
    }

    private static GenerateRequest withStop(GenerateRequest request, StopConditions stop) {
        return new GenerateRequest(
                request.requestId(),
                request.attempt(),
                request.model(),
                request.tokens(),
                stop,
                request.sampling(),
                request.priority(),
                request.movableTokensMax());
    }

    /// Takes every worker that it pings for healthy.
    private static final class Hopeful extends PassingTransport {
        private final NodeServices own;

        Hopeful(NodeServices own) {
            super(own.transport());
            this.own = own;
        }

        @Override
        public Connection connect(Address to, ConnectionListener listener) {
            Connection real = super.connect(to, listener);
            return new Connection() {
                @Override
                public void send(Frame frame) {
                    real.send(frame);
                    if (frame instanceof Frame.Ping(long number)) {
                        own.loop().post(() -> listener.received(new Frame.Pong(number, true)));
                    }
                }

                @Override
                public void close() {
                    real.close();
                }

                @Override
                public boolean congested() {
                    return real.congested();
                }
            };
        }
    }
}
