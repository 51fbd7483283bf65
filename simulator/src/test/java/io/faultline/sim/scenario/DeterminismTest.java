package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.cluster.Parts;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import io.faultline.sim.trace.Divergence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// SIM-1: the same seed gives the same events, in this JVM and in any other.
class DeterminismTest {
    private static final int SEEDS = 6;

    @Test
    @DisplayName("SIM-1: every scenario and playbook twice in one JVM")
    @Shows(value = "SIM-1", in = SIMULATED)
    void sameSeedGivesTheSameEventsAgain() {
        for (Scenario scenario : subjects()) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                Optional<Divergence> divergence = Divergence.between(run(scenario, seed), run(scenario, seed));
                assertThat(divergence.map(Divergence::describe))
                        .as("%s, seed %s", scenario.name(), seed)
                        .isEmpty();
            }
        }
    }

    /// The other JVM has other identity hashes, salts, collector, heap, compiler settings, locale and time zone.
    @Test
    @DisplayName("SIM-1: every scenario and playbook in a fresh JVM")
    @Shows(value = "SIM-1", in = SIMULATED)
    void anotherJvmGivesTheSameDigests() throws IOException, InterruptedException {
        List<String> here = digests();
        List<String> there = digestsOfAFreshJvm();
        assertThat(there).isEqualTo(here);
    }

    @Test
    void otherSeedsGiveOtherEvents() {
        for (Scenario scenario : subjects()) {
            assertThat(scenario.run(1, RunOptions.none()).digest())
                    .isNotEqualTo(scenario.run(2, RunOptions.none()).digest());
        }
    }

    /// An observer, the history or a digest trail change nothing of what they look at.
    @Test
    void lookingChangesNothing() {
        for (Scenario scenario : subjects()) {
            SimulationResult alone = scenario.run(1, RunOptions.none());
            List<Object> seen = new ArrayList<>();
            SimulationResult observed = scenario.run(1, RunOptions.observedBy(seen::add));
            assertThat(observed).isEqualTo(alone);
            assertThat(seen).hasSize((int) alone.events());
        }
    }

    /// A leak of nondeterminism (here a count of runs) is found at its first event.
    @Test
    void plantedLeakIsLocated() {
        Scenario scenario = new DecodeWorkersUnderFire();
        LeakyParts leaky = new LeakyParts();
        Consumer<Fold> run = fold -> scenario.run(3, RunOptions.observedBy(fold).withParts(leaky));

        Divergence divergence = Divergence.between(run, run).orElseThrow();

        assertThat(divergence.eventNumber()).isPositive();
        assertThat(divergence.one()).isNotEqualTo(divergence.other());
        assertThat(divergence.describe())
                .startsWith("the runs differ first in event " + divergence.eventNumber() + " at ")
                .contains(" on decode-")
                .contains("EngineStepped");
    }

    /// Prints the digests, for [#anotherJvmGivesTheSameDigests].
    public static void main(String[] arguments) {
        digests().forEach(System.out::println);
    }

    private static List<Scenario> subjects() {
        List<Scenario> subjects = new ArrayList<>(Scenarios.all());
        for (String name : ShippedPlaybooks.names()) {
            subjects.add(SimulatedPlaybook.of(
                    ShippedPlaybooks.playbook(name).orElseThrow(), SimulationConfig.of(ClusterConfig.demo())));
        }
        return subjects;
    }

    private static Consumer<Fold> run(Scenario scenario, long seed) {
        return fold -> scenario.run(seed, RunOptions.observedBy(fold));
    }

    private static List<String> digests() {
        List<String> digests = new ArrayList<>();
        for (Scenario scenario : subjects()) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                digests.add(scenario.name()
                        + ' '
                        + seed
                        + ' '
                        + scenario.run(seed, RunOptions.none()).digest());
            }
        }
        return digests;
    }

    private static List<String> digestsOfAFreshJvm() throws IOException, InterruptedException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:hashCode=2",
                        "-XX:+UseSerialGC",
                        "-Xmx300m",
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.language=tr",
                        "-Duser.country=TR",
                        "-Duser.timezone=Asia/Kathmandu",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeterminismTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines = out.lines().toList();
        }
        assertThat(process.waitFor()).isZero();
        return lines;
    }

    /// Engines whose behaviour depends on how many runs there were before.
    private static final class LeakyParts implements Parts {
        private int runs;
        private int steps;

        @Override
        public NodeServices services(NodeServices own) {
            if (own.id().value().equals("decode-0") && own.loop().now() == 0) {
                runs++;
                steps = 0;
            }
            return own;
        }

        @Override
        public EngineListener engineListener(EngineListener own) {
            return new EngineListener() {
                @Override
                public void stepped(EngineStep step) {
                    boolean wrong = ++steps == 40 && runs % 2 == 0;
                    own.stepped(wrong ? longerByOneNano(step) : step);
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

        private static EngineStep longerByOneNano(EngineStep step) {
            return new EngineStep(
                    step.sequences(),
                    step.tokens(),
                    step.positions(),
                    step.prefilled(),
                    step.finished(),
                    step.prefillTokens(),
                    step.nanos() + 1);
        }
    }
}
