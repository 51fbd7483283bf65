package io.faultline.backend.api;

import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.runtime.history.RequestView;
import io.faultline.runtime.history.RequestView.RequestPhase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The cluster over HTTP: what it is, and what can be done to its workers.
@RestController
@RequestMapping(path = "/api/v1", produces = "application/json")
@Tag(name = "Cluster", description = "What runs, what it does, what is broken; and acting on it")
public class ClusterController {
    private static final int LIMIT_MAX = 5_000;
    private static final String LIMIT = "100";

    private final ClusterFeed feed;
    private final ClusterOperations operations;

    public ClusterController(ClusterFeed feed, ClusterOperations operations) {
        this.feed = feed;
        this.operations = operations;
    }

    @GetMapping("/topology")
    @Operation(summary = "Every node, its health with the evidence for it, and the flows between them")
    TopologyAnswer topology() {
        return TopologyAnswer.of(feed.latest());
    }

    @GetMapping("/service")
    @Operation(summary = "What clients feel: success, latencies, throughput, migrations")
    ServiceAnswer service() {
        return ServiceAnswer.of(feed.latest());
    }

    @GetMapping("/requests")
    @Operation(summary = "Requests with their journey, newest first")
    List<RequestAnswer> requests(
            @RequestParam(defaultValue = LIMIT) @Min(1) @Max(LIMIT_MAX) int limit,
            @RequestParam(required = false) @Nullable String phase) {
        Optional<RequestPhase> wanted = phase == null ? Optional.empty() : Optional.of(phase(phase));
        List<RequestView> found = feed.ask(world -> world.history().requests(wanted.isPresent() ? LIMIT_MAX : limit))
                .join();
        Moments moments = new Moments(feed.latest());
        return found.stream()
                .filter(r -> wanted.isEmpty() || wanted.get() == r.phase())
                .limit(limit)
                .map(r -> RequestAnswer.of(r, moments))
                .toList();
    }

    @GetMapping("/requests/{id}")
    @Operation(summary = "One request's journey")
    RequestAnswer request(@PathVariable String id) {
        RequestView found = feed.ask(world -> world.history().request(id))
                .join()
                .orElseThrow(() -> new ApiProblem(
                        HttpStatus.NOT_FOUND, "there is no request '" + id + "'; only the newest are kept"));
        return RequestAnswer.of(found, new Moments(feed.latest()));
    }

    @PostMapping("/requests/{id}/cancel")
    @Operation(summary = "Cancel a request that is open (operator)")
    OutcomeAnswer cancel(@PathVariable String id) {
        return OutcomeAnswer.of(operations.cancel(id));
    }

    @GetMapping("/migrations")
    @Operation(summary = "Attempts to continue a request elsewhere, newest first")
    List<MigrationAnswer> migrations(@RequestParam(defaultValue = LIMIT) @Min(1) @Max(LIMIT_MAX) int limit) {
        Moments moments = new Moments(feed.latest());
        return feed.ask(world -> world.history().migrations(limit)).join().stream()
                .map(m -> MigrationAnswer.of(m, moments))
                .toList();
    }

    @GetMapping("/faults")
    @Operation(summary = "Faults, active and past, newest first")
    List<FaultAnswer> faults() {
        Moments moments = new Moments(feed.latest());
        return feed.latest().faults().stream()
                .map(f -> FaultAnswer.of(f, moments))
                .toList();
    }

    @PostMapping("/faults/{id}/recover")
    @Operation(summary = "Revert one active fault (operator)")
    OutcomeAnswer recover(@PathVariable String id) {
        return OutcomeAnswer.of(operations.recover(id));
    }

    @PostMapping("/halt")
    @Operation(summary = "Stop every playbook run and revert every fault (everybody)")
    OutcomeAnswer halt() {
        return OutcomeAnswer.of(operations.halt());
    }

    @PostMapping("/workers/{node}/kill")
    @Operation(summary = "End a worker's process as SIGKILL does (operator)")
    OutcomeAnswer kill(@PathVariable String node) {
        return OutcomeAnswer.of(operations.kill(node));
    }

    @PostMapping("/workers/{node}/freeze")
    @Operation(summary = "Hold a worker's process as SIGSTOP does, until the fault is recovered (chaos)")
    OutcomeAnswer freeze(@PathVariable String node) {
        return OutcomeAnswer.of(operations.freeze(node));
    }

    @PostMapping("/workers/{node}/restart")
    @Operation(summary = "Start a worker that is down (operator)")
    OutcomeAnswer restart(@PathVariable String node) {
        return OutcomeAnswer.of(operations.start(node));
    }

    private static RequestPhase phase(String word) {
        for (RequestPhase phase : RequestPhase.values()) {
            if (TopologyAnswer.word(phase).equals(word)) {
                return phase;
            }
        }
        throw new ApiProblem(
                HttpStatus.BAD_REQUEST,
                "phase is queued, prefilling, streaming, migrating, completed, failed, cancelled or rejected");
    }
}
