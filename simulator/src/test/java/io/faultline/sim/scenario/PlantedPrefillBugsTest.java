package io.faultline.sim.scenario;

import static io.faultline.sim.scenario.Plants.engines;
import static io.faultline.sim.scenario.Plants.sinksOfEvents;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.DelegatingEngine;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.KvExchange;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.sim.cluster.Parts;
import io.faultline.sim.invariant.EveryPrefillEnds;
import io.faultline.sim.invariant.Invariant;
import io.faultline.sim.invariant.LivenessAfterHealing;
import io.faultline.sim.invariant.PrefillFailsNoRequest;
import io.faultline.sim.invariant.PrefillUsedOnce;
import io.faultline.sim.invariant.Violation;
import io.faultline.sim.run.SimulationResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Each test puts one bug into a cluster with prefill workers and sees the invariant that is about it break, within a
/// few seeds. The same seeds hold with the runtime's own parts.
class PlantedPrefillBugsTest {
    private static final int SEEDS = 15;

    private final Scenario scenario = new PrefillUnderFire();

    @Test
    void prefillThatIsUsedTwiceIsFound() {
        assertCaught(
                PrefillUsedOnce.class,
                () -> sinksOfEvents((record, to) -> {
                    to.emit(record);
                    if (record instanceof PrefillEvent.KvHandedOver) {
                        to.emit(record);
                    }
                }));
    }

    @Test
    void blocksThatComeAfterTheFallbackAndAreUsedAreFound() {
        assertCaught(
                PrefillUsedOnce.class,
                () -> sinksOfEvents((record, to) -> {
                    to.emit(record);
                    if (record instanceof PrefillEvent.PrefillFellBack r) {
                        to.emit(new PrefillEvent.KvHandedOver(
                                r.instance(), r.request(), r.attempt(), 1, 1, 1, 1, 1, r.waitedNanos()));
                    }
                }));
    }

    @Test
    void prefillThatNobodyEndsIsFound() {
        assertCaught(
                EveryPrefillEnds.class,
                () -> sinksOfEvents((record, to) -> {
                    if (!(record instanceof PrefillEvent.PrefillFellBack)) {
                        to.emit(record);
                    }
                }));
    }

    /// What a prefill-first design does when the prefill fails.
    @Test
    void requestThatFailsWithItsPrefillIsFound() {
        assertCaught(
                PrefillFailsNoRequest.class,
                () -> sinksOfEvents((record, to) -> {
                    to.emit(record);
                    if (record instanceof PrefillEvent.PrefillFellBack r) {
                        to.emit(new RequestEvent.RequestFailed(r.request(), ErrorType.INTERNAL, "no prefill", 1));
                    }
                }));
    }

    @Test
    void blocksThatAPrefillWorkerKeepsAreFound() {
        assertCaught(LivenessAfterHealing.class, () -> engines(own -> new Keeping(own)));
    }

    private void assertCaught(Class<? extends Invariant> expected, Supplier<Parts> bug) {
        List<String> others = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimulationResult result = scenario.run(seed, RunOptions.none().withParts(bug.get()));
            List<String> broken =
                    result.violations().stream().map(Violation::invariant).toList();
            if (broken.contains(expected.getSimpleName())) {
                assertThat(scenario.run(seed, RunOptions.none()).violations()).isEmpty();
                return;
            }
            others.addAll(broken);
        }
        throw new AssertionError("the planted bug was not found in " + SEEDS + " seeds; broken was " + others);
    }

    /// Never lets go of a prompt that it computed for others.
    private static final class Keeping extends DelegatingEngine {
        private final Set<Long> kept = new LinkedHashSet<>();

        Keeping(Engine own) {
            super(own);
        }

        @Override
        public void cancel(long sequence) {
            if (!kept.contains(sequence)) {
                super.cancel(sequence);
            }
        }

        @Override
        public Optional<KvExchange> exchange() {
            return super.exchange().map(exchange -> new KvExchange() {
                @Override
                public int cachedTokens(int[] prompt) {
                    return exchange.cachedTokens(prompt);
                }

                @Override
                public void prefill(long sequence, GenerateRequest request) {
                    kept.add(sequence);
                    exchange.prefill(sequence, request);
                }

                @Override
                public KvBlocks export(long sequence, int skipped) {
                    return exchange.export(sequence, skipped);
                }

                @Override
                public int take(KvBlocks blocks) {
                    return exchange.take(blocks);
                }
            });
        }
    }
}
