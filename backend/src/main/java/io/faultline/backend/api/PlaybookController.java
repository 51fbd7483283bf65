package io.faultline.backend.api;

import io.faultline.backend.operation.OperationOutcome;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.playbook.report.ReportFormat;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Playbooks over HTTP: list them, run them, read what came of it.
@RestController
@RequestMapping(path = "/api/v1/playbooks", produces = "application/json")
@Tag(name = "Playbooks", description = "Procedures that break something on purpose, and their runs")
public class PlaybookController {
    private static final int RUNS_MAX = 500;
    private static final long DEFAULT_SEED = 7;
    private static final String REPORT_POLICY =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

    private final PlaybookService playbooks;

    public PlaybookController(PlaybookService playbooks) {
        this.playbooks = playbooks;
    }

    /// @param world live (default) or simulated
    /// @param seed decides every random choice; 7 when it is not given
    record RunOrder(
            @Nullable String world,
            @Nullable Long seed,
            @Nullable Map<String, String> parameters) {
        static RunOrder empty() {
            return new RunOrder(null, null, null);
        }
    }

    @GetMapping
    @Operation(summary = "Every playbook that can be run")
    List<PlaybookAnswer> list() {
        return playbooks.playbooks().stream().map(PlaybookAnswer::of).toList();
    }

    @PostMapping("/{name}/runs")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Start a run: on the live cluster (chaos) or in virtual time (operator)")
    OutcomeAnswer run(@PathVariable String name, @RequestBody(required = false) @Nullable RunOrder order) {
        RunOrder asked = order == null ? RunOrder.empty() : order;
        Map<String, String> parameters =
                asked.parameters() == null ? new LinkedHashMap<>() : new LinkedHashMap<>(asked.parameters());
        long seed = asked.seed() == null ? DEFAULT_SEED : asked.seed();
        String world = asked.world() == null ? "live" : asked.world();
        OperationOutcome outcome = switch (world) {
            case "live" -> playbooks.runLive(name, parameters, seed);
            case "simulated" -> playbooks.runSimulated(name, parameters, seed);
            default -> throw new ApiProblem(HttpStatus.BAD_REQUEST, "world is live or simulated");
        };
        return OutcomeAnswer.of(outcome);
    }

    @GetMapping("/runs")
    @Operation(summary = "Runs, newest first, also those of earlier consoles")
    List<RunAnswer> runs(@RequestParam(defaultValue = "50") @Min(1) @Max(RUNS_MAX) int limit) {
        return playbooks.runs(limit).stream().map(RunAnswer::of).toList();
    }

    @GetMapping("/runs/{id}")
    @Operation(summary = "One run, with its steps so far")
    RunAnswer run(@PathVariable String id) {
        return playbooks.run(id).map(RunAnswer::of).orElseThrow(() -> noSuchRun(id));
    }

    @PostMapping("/runs/{id}/abort")
    @Operation(summary = "Stop a run on the live cluster and roll it back (chaos)")
    OutcomeAnswer abort(@PathVariable String id) {
        return OutcomeAnswer.of(playbooks.abort(id));
    }

    @GetMapping(path = "/runs/{id}/report", produces = MediaType.ALL_VALUE)
    @Operation(summary = "The report of a run that has ended, as json, markdown, html or junit")
    ResponseEntity<byte[]> report(@PathVariable String id, @RequestParam(defaultValue = "json") String format) {
        ReportFormat wanted = ReportFormat.of(format)
                .orElseThrow(() -> new ApiProblem(HttpStatus.BAD_REQUEST, "format is json, markdown, html or junit"));
        String content = playbooks
                .report(id, wanted)
                .orElseThrow(() -> playbooks.run(id).isPresent()
                        ? new ApiProblem(HttpStatus.CONFLICT, id + " has no report (yet)")
                        : noSuchRun(id));
        // A report in HTML is shown in the console's own page; the sandbox keeps whatever it holds from acting there.
        String place = wanted == ReportFormat.HTML ? "inline" : "attachment";
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(wanted.mediaType()))
                .header("Content-Disposition", place + "; filename=\"" + fileName(id, wanted) + "\"")
                .header("Content-Security-Policy", REPORT_POLICY)
                .body(content.getBytes(StandardCharsets.UTF_8));
    }

    private static String fileName(String id, ReportFormat format) {
        return id.replaceAll("[^A-Za-z0-9._-]", "_") + "." + format.extension();
    }

    private static ApiProblem noSuchRun(String id) {
        return new ApiProblem(HttpStatus.NOT_FOUND, "there is no run '" + id + "'");
    }
}
