package io.faultline.playbook.run;

import static io.faultline.playbook.loader.PlaybookTexts.PLAIN;
import static io.faultline.playbook.loader.PlaybookTexts.loaded;
import static io.faultline.playbook.loader.PlaybookTexts.plainWith;
import static io.faultline.playbook.run.FakeWorld.MS;
import static io.faultline.playbook.run.RunFixture.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.Verdict;
import io.faultline.playbook.run.FakeClients.OnDeath;
import io.faultline.runtime.event.FaultEvent.FaultInjected;
import io.faultline.runtime.event.PlaybookEvent.PlaybookFinished;
import io.faultline.runtime.event.PlaybookEvent.PlaybookStarted;
import io.faultline.runtime.event.PlaybookEvent.PlaybookStepped;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.history.FaultView;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class PlaybookRunTest {
    private final RunFixture fixture = RunFixture.onThreeWorkers();
    private final FakeWorld world = fixture.world;

    @Test
    void passesWhenEverythingIsAsExpected() {
        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.why()).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.steps())
                .allSatisfy(s -> assertThat(s.status()).as(s.name()).isIn("passed", "skipped"));
        assertThat(report.faults()).hasSize(1).extracting(FaultView::kind).containsExactly("worker-kill");
        assertThat(report.outcomeRow("load streams").orElseThrow().text()).isEqualTo("16 of 16 requests completed");
    }

    @Test
    void writesItsStoryIntoTheEventStream() {
        fixture.run(loaded(PLAIN));

        assertThat(fixture.said(PlaybookStarted.class)).containsExactly(new PlaybookStarted("r-1", "plain", "tester"));
        assertThat(fixture.said(PlaybookFinished.class)).containsExactly(new PlaybookFinished("r-1", "passed", ""));
        assertThat(fixture.said(PlaybookStepped.class))
                .extracting(PlaybookStepped::phase)
                .containsSubsequence("preflight", "steady-state-hypothesis", "method", "rollbacks", "verify", "expect");
        assertThat(world.history().playbookRuns().getFirst().steps()).isNotEmpty();
    }

    @Test
    void takesTheStepsInOrderAndNotBeforeTheirTime() {
        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.steps())
                .filteredOn(s -> s.phase().equals("method"))
                .extracting(PlaybookReport.StepLine::name)
                .containsExactly("streams", "pause", "kill", "recovered", "measured", "drained");
        long methodBegan = report.steps().stream()
                .filter(s -> s.name().equals("streams"))
                .findFirst()
                .orElseThrow()
                .startedAtNanos();
        assertThat(report.faults().getFirst().injectedAtNanos()).isEqualTo(methodBegan + 2_000 * MS);
    }

    @Test
    void sameSeedHitsTheSameWorkerWhateverTheOrderOfAppearance() {
        Playbook playbook = loaded(PLAIN);
        fixture.startSeeded(playbook, 11);
        PlaybookReport first = fixture.finish();
        RunFixture again = RunFixture.onThreeWorkers();
        again.startSeeded(playbook, 11);
        PlaybookReport second = again.finish();

        assertThat(second).isEqualTo(first);
        assertThat(again.world.digest.value()).isEqualTo(world.digest.value());
        assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L))
                .map(seed -> {
                    RunFixture other = RunFixture.onThreeWorkers();
                    other.startSeeded(playbook, seed);
                    return other.finish().faults().getFirst().target();
                })
                .as("targets of eight seeds")
                .contains("decode-0", "decode-1", "decode-2");
    }

    @Test
    void refusesWrongParametersAndDoesNothing() {
        SequencedMap<String, String> given = new LinkedHashMap<>();
        given.put("streams", "0");
        RunRequest request = new RunRequest("r-1", "tester", 1, given, new LinkedHashMap<>());

        PlaybookRun.Start start = PlaybookRun.start(world, loaded(PLAIN), request, RunConfig.defaults(), _ -> {});
        world.loop.runFor(10_000 * MS);

        assertThat(start).isEqualTo(new PlaybookRun.Start.Refused(List.of("streams is 0; give 1 to 100")));
        assertThat(fixture.said(PlaybookStarted.class)).isEmpty();
    }

    // ---- preflight

    @Test
    void isInconclusiveInAWorldThatIsNotAllowed() {
        world.kind = "distributed";

        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.why())
                .containsExactly("preflight world: runs in distributed, allowed in simulated, embedded");
        assertNothingWasDone();
    }

    @Test
    void isInconclusiveWithTooFewWorkers() {
        world.kill(new NodeId("decode-0"));
        world.kill(new NodeId("decode-1"));
        world.loop.runFor(MS);

        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.why()).contains("preflight workers: 1 decode nodes are ready, 2 are needed");
        assertNothingWasDone();
    }

    @Test
    void isInconclusiveWhileAnotherFaultIsInForce() {
        world.faults().inject(new Fault.WorkerFreeze(new NodeId("decode-2")), null, "somebody");

        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.why().getFirst()).contains("worker-freeze on decode-2 is in force; recover it first");
        assertThat(world.faults().active()).as("somebody else's fault").hasSize(1);
    }

    @Test
    void isInconclusiveWhileAnotherRunIsUnderWay() {
        world.say("operator", new PlaybookStarted("r-0", "other", "somebody"));
        world.loop.runFor(MS);

        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.why())
                .containsExactly("preflight no-other-run: run r-0 of other is under way; wait for it or abort it");
        assertNothingWasDone();
    }

    @Test
    void isInconclusiveWhenTheBlastRadiusIsTooSmall() {
        PlaybookReport report = fixture.run(loaded(plainWith("mode: random, count: 1", "mode: random, count: 2")));

        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.why().getFirst()).endsWith("2 nodes would be harmed, the blast radius allows 1");
        assertNothingWasDone();
    }

    @Test
    void isInconclusiveWhenTooMuchOfThePoolWouldBeHarmed() {
        PlaybookReport report = fixture.run(loaded(plainWith("maxPercentOfPool: 50", "maxPercentOfPool: 33")));

        assertThat(report.why().getFirst()).endsWith("1 of 3 nodes would be harmed, the blast radius allows 33 %");
        assertNothingWasDone();
    }

    @Test
    void previewsWhomItWouldHitWithoutDoingAnything() {
        Playbook playbook = loaded(PLAIN);

        List<Preflight.Finding> findings = PlaybookRun.preview(world, playbook, RunRequest.of("r-1", "tester", 7));
        String foreseen = findings.getLast().detail();
        PlaybookReport report = fixture.run(playbook);

        assertThat(findings).allSatisfy(f -> assertThat(f.isOk()).as(f.detail()).isTrue());
        assertThat(foreseen)
                .isEqualTo("worker-kill would hit " + report.faults().getFirst().target());
    }

    private void assertNothingWasDone() {
        assertThat(fixture.said(FaultInjected.class))
                .filteredOn(f -> f.by().contains("r-1"))
                .isEmpty();
        assertThat(fixture.said(RequestEvent.RequestReceived.class)).isEmpty();
    }

    // ---- steady state

    @Test
    void isInconclusiveWithoutASteadyStateAtTheStart() {
        failRequestsEverySecond();

        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.why())
                .containsExactly("no steady state within 1m: success ratio is 0 %, allowed 90 % to 100 %");
        assertThat(fixture.said(FaultInjected.class)).isEmpty();
    }

    @Test
    void waitsForTheSteadyState() {
        failRequest("early");
        fixture.start(loaded(PLAIN));
        world.loop.runFor(2_000 * MS);
        assertThat(fixture.said(RequestEvent.RequestReceived.class)).hasSize(1);

        PlaybookReport report = fixture.finish();

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void failsWhenTheSteadyStateDeviates() {
        world.clients.onDeath = OnDeath.FAILS;
        Playbook playbook = loaded(PLAIN.replace("\"${streams} / 2\"", "1000"));

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.why()).anySatisfy(why -> assertThat(why).startsWith("the steady state deviated: success"));
        assertThat(report.hypothesis().getFirst().deviated()).isTrue();
        assertThat(report.hypothesis().getFirst().misses()).isPositive();
        assertThat(status(report, "steady-state-hypothesis", "during")).isEqualTo("failed");
    }

    // ---- the method

    @Test
    void endsTheMethodAtTheFirstStepThatFails() {
        world.registersAfterNanos = -1;

        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.why().getFirst())
                .isEqualTo("step recovered failed: not within 34s: instances ready is 2, allowed at least 3");
        assertThat(status(report, "method", "recovered")).isEqualTo("failed");
        assertThat(status(report, "method", "measured")).isEqualTo("skipped");
        assertThat(status(report, "method", "drained")).isEqualTo("skipped");
    }

    @Test
    void knowsTheLeaseTimeFromTheCluster() {
        // The workers of this world register with 4 s, not with the playbook's fallback of 10 s.
        world.registersAfterNanos = -1;

        assertThat(fixture.run(loaded(PLAIN)).why().getFirst()).contains("not within 34s");
    }

    @Test
    void waitsForARequestCount() {
        Playbook playbook = loaded(plainWith("when: {after: 2s}", "when: {requests: 12}"));

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(fixture.world.said.stream()
                        .takeWhile(r -> !(r instanceof FaultInjected))
                        .filter(r -> r instanceof RequestEvent.RequestReceived))
                .hasSizeGreaterThanOrEqualTo(12);
    }

    @Test
    void failsAStepWhoseTriggerDoesNotComeInTime() {
        Playbook playbook = loaded(plainWith("when: {after: 2s}", "when: {requests: 100000}"));

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.why().getFirst())
                .isEqualTo("step kill failed: not within 10s: waits: 16 of 100000 requests received");
        assertThat(fixture.said(FaultInjected.class)).isEmpty();
    }

    @Test
    void skipsAStepWhoseFlagIsFalse() {
        PlaybookReport report = fixture.run(
                loaded(plainWith("    name: pause", "    name: pause\n    onlyIf: ${repair}")), "repair", "false");

        assertThat(status(report, "method", "pause")).isEqualTo("skipped");
        assertThat(status(report, "rollbacks", "start")).isEqualTo("skipped");
        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void asksAPersonAndGoesOnWhenTold() {
        PlaybookRun run = fixture.start(asking("stop"));
        world.loop.runFor(3_000 * MS);

        assertThat(run.question()).map(q -> q.question()).hasValue("Go on?");
        run.answer("pause", true);
        PlaybookReport report = fixture.finish();

        assertThat(status(report, "method", "pause")).isEqualTo("passed");
        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void stopsWhenTheAnswerIsNo() {
        PlaybookRun run = fixture.start(asking("proceed"));
        world.loop.runFor(3_000 * MS);
        run.answer("pause", false);

        PlaybookReport report = fixture.finish();

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.why()).contains("step pause failed: answered: stop");
    }

    @Test
    void doesWhatTheFileSaysWhenNobodyAnswers() {
        assertThat(fixture.run(asking("proceed")).verdict()).isEqualTo(Verdict.PASSED);
        assertThat(RunFixture.onThreeWorkers().run(asking("stop")).why())
                .contains("step pause failed: nobody answered in time");
    }

    private static Playbook asking(String unanswered) {
        return loaded(plainWith(
                "  - type: wait\n    name: pause\n    duration: 1s",
                "  - {type: ask, name: pause, question: Go on?, timeout: 5s, unanswered: " + unanswered + "}"));
    }

    // ---- stopping

    @Test
    void abortsWhenAnAbortConditionBreaks() {
        world.clients.onDeath = OnDeath.FAILS;
        Playbook playbook = loaded(plainWith("\"${streams} / 2\"", "0")
                .replace(
                        "tolerance: {type: atMost, value: 0}",
                        "tolerance: {type: atMost, value: 0}\n    failureThreshold: 1"));

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(report.why().getFirst()).startsWith("abort condition requests-failed: requests failed is ");
        assertThat(status(report, "method", "drained")).isEqualTo("skipped");
        assertThat(report.faults())
                .allSatisfy(f -> assertThat(f.recoveredAtNanos()).isPositive());
        assertThat(world.running()).hasSize(3);
    }

    @Test
    void rollsBackWhenSomebodyAborts() {
        PlaybookRun run = fixture.start(loaded(PLAIN));
        world.loop.runFor(2_500 * MS);
        assertThat(world.running()).hasSize(2);

        run.abort("the boss", "enough");
        PlaybookReport report = fixture.finish();

        assertThat(report.verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(report.why().getFirst()).isEqualTo("aborted by the boss: enough");
        assertThat(status(report, "rollbacks", "start")).isEqualTo("passed");
        assertThat(world.running()).hasSize(3);
        assertThat(world.faults().active()).isEmpty();
        assertThat(world.clients.start(spec()).tally().sent())
                .as("the load is over")
                .isZero();
    }

    private static io.faultline.runtime.world.LoadControl.LoadSpec spec() {
        return new io.faultline.runtime.world.LoadControl.LoadSpec(1, 1, 1, 1, 1, 0, 0);
    }

    @Test
    void revertsEverythingAtOnceWhenHalted() {
        PlaybookRun run = fixture.start(loaded(PLAIN));
        world.loop.runFor(2_500 * MS);
        world.faults().inject(new Fault.WorkerFreeze(new NodeId("decode-2")), null, "somebody");

        run.halt("the boss");

        assertThat(world.faults().active()).isEmpty();
        assertThat(fixture.finish().verdict()).isEqualTo(Verdict.ABORTED);
    }

    @Test
    void canBeAbortedAtAnyMomentAndLeavesNothing() {
        for (long millis = 0; millis <= 9_000; millis += 250) {
            RunFixture other = RunFixture.onThreeWorkers();
            PlaybookRun run = other.start(loaded(PLAIN));
            other.world.loop.runFor(millis * MS);
            run.abort("tester", "at " + millis);

            PlaybookReport report = other.finish();

            assertThat(report.verdict()).as("aborted at %s ms", millis).isIn(Verdict.ABORTED, Verdict.PASSED);
            assertThat(other.world.faults().active())
                    .as("aborted at %s ms", millis)
                    .isEmpty();
            assertThat(other.world.running()).as("aborted at %s ms", millis).hasSize(3);
        }
    }

    @Test
    void ignoresAnAbortAfterItsEnd() {
        PlaybookRun run = fixture.start(loaded(PLAIN));
        fixture.finish();

        run.abort("tester", "late");
        run.answer("pause", true);
        world.loop.runFor(5_000 * MS);

        assertThat(run.report().orElseThrow().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(fixture.said(PlaybookFinished.class)).hasSize(1);
    }

    // ---- the end

    @Test
    void recoversWhatThePlaybookForgot() {
        Playbook playbook = loaded(PLAIN.replace("    duration: ${hold}\n", "")
                .replace(
                        "{chosenBy: kill, health: [killed], onEmpty: skip}",
                        "{node: decode-0, health: [stopped], onEmpty: skip}"));

        PlaybookReport report = fixture.run(playbook);

        assertThat(report.verdict())
                .as("the gate waits for a worker that nobody starts")
                .isEqualTo(Verdict.FAILED);
        assertThat(status(report, "rollbacks", "start")).isEqualTo("skipped");
        assertThat(status(report, "rollbacks", "release")).isEqualTo("passed");
        assertThat(world.running()).hasSize(3);
        assertThat(report.outcomeRow("faults left").orElseThrow().text()).isEqualTo("0");
    }

    @Test
    void triesEveryRollbackEvenIfOneFails() {
        Playbook playbook = loaded(plainWith("rollbacks:\n", """
                rollbacks:
                  - {type: inject, name: absent, fault: worker-start, target: {node: decode-9}}
                  - {type: wait, name: breathe, duration: 1s}
                """));

        PlaybookReport report = fixture.run(playbook);

        assertThat(status(report, "rollbacks", "absent")).isEqualTo("failed");
        assertThat(status(report, "rollbacks", "breathe")).isEqualTo("passed");
        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.why()).containsExactly("step absent failed: no node named decode-9 is there");
    }

    @Test
    void endsAnEndlessLoadThatThePlaybookForgot() {
        Playbook playbook = loaded(PLAIN.replace("requestsPerClient: 2", "requestsPerClient: 0")
                .replace(
                        "  - type: drain\n    name: drained\n    load: streams\n    stopSending: when-all-sent\n", ""));

        PlaybookReport report = fixture.run(playbook);
        int received = fixture.said(RequestEvent.RequestReceived.class).size();
        world.loop.runFor(60_000 * MS);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.outcomeRow("load streams").orElseThrow().text()).isEqualTo("all requests completed");
        assertThat(fixture.said(RequestEvent.RequestReceived.class)).hasSize(received);
    }

    @Test
    void failsWhenAnExpectationIsNotMet() {
        PlaybookReport report = fixture.run(loaded(plainWith("\"${leaseTtl} + 20s\"", "1ms")));

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.why())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("not as expected, quick: time to ready is 5.3 s, allowed at most 1 ms");
        assertThat(report.expectations().getFirst().isMet()).isFalse();
    }

    @Test
    void endsWhateverHangs() {
        world.clients.onDeath = OnDeath.HANGS;

        PlaybookReport report = fixture.run(loaded(PLAIN));

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.why()).anySatisfy(why -> assertThat(why).startsWith("step drained failed: not within 1m"));
        assertThat(report.why()).contains("0 faults and 1 loads of this run are left");
    }

    private void failRequest(String id) {
        world.say("frontend-0", new RequestEvent.RequestReceived(id, "m", ApiEndpoint.COMPLETIONS, true, 1, 1));
        world.say("frontend-0", new RequestEvent.RequestFailed(id, ErrorType.UNAVAILABLE, "nobody", 1));
        // The success ratio counts whole tenths of its window.
        world.loop.runFor(4_000 * MS);
    }

    private void failRequestsEverySecond() {
        failRequest("first");
        for (int i = 0; i < 100; i++) {
            String id = "bad-" + i;
            world.loop.after(i * 1_000L * MS, () -> {
                world.say("frontend-0", new RequestEvent.RequestReceived(id, "m", ApiEndpoint.COMPLETIONS, true, 1, 1));
                world.say("frontend-0", new RequestEvent.RequestFailed(id, ErrorType.UNAVAILABLE, "nobody", 1));
            });
        }
    }
}
