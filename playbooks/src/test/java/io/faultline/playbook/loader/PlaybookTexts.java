package io.faultline.playbook.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.PlaybookLoader.Result;
import io.faultline.playbook.model.Playbook;
import java.util.List;

/// Playbooks for tests.
public final class PlaybookTexts {
    private PlaybookTexts() {}

    /// The smallest file with one of everything that can go wrong in it; each line is on its own, so that a test can
    /// replace one and know its number.
    public static final String PLAIN = """
            apiVersion: faultline/v1
            kind: Playbook
            metadata:
              name: plain
              title: A plain one
              tags: [one, two]
              expectedDuration: 1m
              difficulty: 2
            parameters:
              streams: {type: integer, default: 8, min: 1, max: 100}
              hold: {type: duration, default: 5s, min: 1s, max: 1m}
              share: {type: number, default: 0.5, min: 0, max: 1}
              worker: {type: string, default: decode-0, choices: [decode-0, decode-1]}
              repair: {type: boolean, default: true}
            configuration:
              leaseTtl: {type: duration, default: 10s}
            requires:
              worlds: [simulated, embedded]
              role: decode
              minWorkers: 2
            blastRadius:
              maxTargets: 1
              maxPercentOfPool: 50
            steady-state-hypothesis:
              title: Requests succeed
              probes:
                - name: success
                  probe: success_ratio
                  tolerance: {type: range, range: [0.9, 1]}
                  failureThreshold: 2
            abortConditions:
              - probe: requests_failed
                tolerance: {type: atMost, value: "${streams} / 2"}
            method:
              - type: load
                name: streams
                clients: ${streams}
                requestsPerClient: 2
                maxTokens: 200
              - type: wait
                name: pause
                duration: 1s
              - type: inject
                name: kill
                when: {after: 2s}
                fault: worker-kill
                target: {role: decode, health: [ready], mode: random, count: 1}
                duration: ${hold}
                timeout: 10s
              - type: gate
                name: recovered
                until:
                  - probe: instances_ready
                    role: decode
                    tolerance: {type: atLeast, value: "${poolAtStart}"}
                for: 1s
                timeout: ${leaseTtl} + 30s
              - type: probe
                name: measured
                probe: requests_completed
                since: kill
                tolerance: {type: atLeast, value: 0}
              - type: drain
                name: drained
                load: streams
                stopSending: when-all-sent
            rollbacks:
              - type: inject
                name: start
                onlyIf: ${repair}
                fault: worker-start
                target: {chosenBy: kill, health: [killed], onEmpty: skip}
            verify:
              - probe: residual_faults
                tolerance: {type: equals, value: 0}
            expect:
              - name: quick
                probe: time_to_ready
                since: kill
                tolerance: {type: atMost, value: "${leaseTtl} + 20s"}
            report:
              charts: [tokens]
              tables: [outcome, timeline]
            drill:
              briefing: Something breaks.
              hidden: true
              hints: [{text: Look, cost: 5}]
              questions:
                - {text: What broke?, answers: [{text: A worker, correct: true}, {text: A router}]}
              score: {detect: 50, diagnose: 50}
            """;

    /// [#PLAIN] with the first `from` replaced.
    public static String plainWith(String from, String to) {
        assertThat(PLAIN).contains(from);
        return PLAIN.replaceFirst(java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to));
    }

    /// The playbook in `text`, which has to be right.
    public static Playbook loaded(String text) {
        return switch (PlaybookLoader.load(text)) {
            case Result.Loaded(Playbook playbook) -> playbook;
            case Result.Invalid(List<Problem> problems) ->
                throw new AssertionError(problems.stream().map(Problem::text).toList());
        };
    }

    /// What is wrong with `text`, as people see it.
    public static List<String> problems(String text) {
        return switch (PlaybookLoader.load(text)) {
            case Result.Loaded _ -> List.of();
            case Result.Invalid(List<Problem> problems) ->
                problems.stream().map(Problem::text).toList();
        };
    }
}
