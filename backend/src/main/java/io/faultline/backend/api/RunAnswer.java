package io.faultline.backend.api;

import io.faultline.backend.playbook.PlaybookRunRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run of a playbook.
///
/// @param world embedded, distributed or simulated
/// @param verdict passed, failed, aborted, inconclusive or refused; null while it runs
/// @param digest of all events of a simulated run
/// @param steps empty for a run of an earlier console; they are in its report
/// @param reports addresses of the report by format; empty until there is one
record RunAnswer(
        String id,
        String playbook,
        String world,
        long seed,
        String by,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String verdict,
        @Nullable String why,
        @Nullable String digest,
        List<Step> steps,
        List<String> reports) {

    record Step(String phase, String name, String status, String detail) {}

    static RunAnswer of(PlaybookRunRecord r) {
        return new RunAnswer(
                r.id(),
                r.playbook(),
                r.world(),
                r.seed(),
                r.by(),
                r.startedAt(),
                r.endedAt().orElse(null),
                RequestAnswer.orNull(r.verdict()),
                RequestAnswer.orNull(r.why()),
                RequestAnswer.orNull(r.digest()),
                r.steps().stream()
                        .map(s -> new Step(s.phase(), s.step(), s.status(), s.detail()))
                        .toList(),
                r.isArchived()
                        ? List.of("json", "markdown", "html", "junit").stream()
                                .map(format -> "/api/v1/playbooks/runs/" + r.id() + "/report?format=" + format)
                                .toList()
                        : List.of());
    }
}
