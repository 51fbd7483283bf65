package io.faultline.playbook.probe;

import java.util.Optional;

/// Every figure that a playbook can ask for. The table in `docs/playbooks.md` says the same; a test compares them.
///
/// What a probe may be narrowed by follows from its reach: figures of the whole service take nothing, figures about
/// instances take a `role` (default decode), counting ones take `since` and `until`.
public enum ProbeKind {
    SUCCESS_RATIO(
            Reach.WINDOW,
            Unit.RATIO,
            "requests completed of those that completed, failed or were rejected; 1 when none ended"),
    TTFT_P50(Reach.WINDOW, Unit.DURATION, "time to first token, median"),
    TTFT_P99(Reach.WINDOW, Unit.DURATION, "time to first token, 99th percentile"),
    ITL_P50(Reach.WINDOW, Unit.DURATION, "time between tokens, median"),
    ITL_P99(Reach.WINDOW, Unit.DURATION, "time between tokens, 99th percentile"),
    DURATION_P50(Reach.WINDOW, Unit.DURATION, "whole duration of completed requests, median"),
    DURATION_P99(Reach.WINDOW, Unit.DURATION, "whole duration of completed requests, 99th percentile"),
    REQUESTS_PER_SECOND(Reach.WINDOW, Unit.PER_SECOND, "requests received, over the last 5 s"),
    TOKENS_PER_SECOND(Reach.WINDOW, Unit.PER_SECOND, "tokens delivered to clients, over the last 5 s"),

    IN_FLIGHT(Reach.NOW, Unit.COUNT, "requests received and not ended"),
    REQUESTS_STREAMING(Reach.NOW, Unit.COUNT, "requests whose client has tokens and gets more"),
    REQUESTS_MIGRATING(
            Reach.NOW, Unit.COUNT, "requests that lost their worker and have no token from the next one yet"),
    ACTIVE_FAULTS(Reach.NOW, Unit.COUNT, "faults in force, whoever injected them"),
    RESIDUAL_FAULTS(Reach.NOW, Unit.COUNT, "faults in force that this run injected"),
    MACHINES_CORDONED(Reach.NOW, Unit.COUNT, "machines on which nothing new is started"),

    INSTANCES_READY(Reach.ROLE, Unit.COUNT, "nodes of the role that are ready"),
    INSTANCES_BY_HEALTH(Reach.ROLE, Unit.COUNT, "nodes of the role whose health is the one given as health"),
    KV_USE(Reach.ROLE, Unit.RATIO, "KV blocks in use of those there are, on the fullest ready node of the role"),
    KV_USE_MEAN(Reach.ROLE, Unit.RATIO, "KV blocks in use of those there are, over all ready nodes of the role"),
    WORKERS_DESIRED(Reach.ROLE, Unit.COUNT, "nodes of the role that the planner wants; no data without a planner"),
    QUEUE_DEPTH(Reach.ROLE, Unit.COUNT, "sequences that wait at the engines of the role"),

    SPOOL_BYTES(Reach.NOW, Unit.COUNT, "bytes of KV blocks in the spools of all prefill workers"),

    REQUESTS_RECEIVED(Reach.SINCE, Unit.COUNT, "requests received"),
    REQUESTS_COMPLETED(Reach.SINCE, Unit.COUNT, "requests that ended with their whole answer"),
    REQUESTS_FAILED(Reach.SINCE, Unit.COUNT, "requests that ended in an error"),
    REQUESTS_REJECTED(Reach.SINCE, Unit.COUNT, "requests refused because the service was full"),
    REQUESTS_CANCELLED(Reach.SINCE, Unit.COUNT, "requests whose client went away"),
    REQUESTS_UNFINISHED(Reach.SINCE, Unit.COUNT, "requests received in that time that have not ended by now"),
    OUTPUT_TOKENS(Reach.SINCE, Unit.COUNT, "tokens delivered to clients"),
    MIGRATIONS_STARTED(Reach.SINCE, Unit.COUNT, "attempts to continue a request elsewhere"),
    MIGRATIONS_COMPLETED(Reach.SINCE, Unit.COUNT, "attempts that produced the next token"),
    MIGRATIONS_FAILED(Reach.SINCE, Unit.COUNT, "requests that could not be continued"),
    MIGRATION_GAP_P50(Reach.SINCE, Unit.DURATION, "pause of a migrated stream, median"),
    MIGRATION_GAP_P99(Reach.SINCE, Unit.DURATION, "pause of a migrated stream, 99th percentile"),
    MIGRATION_GAP_MAX(Reach.SINCE, Unit.DURATION, "pause of a migrated stream, the longest"),
    ANSWERS_CHECKED(Reach.SINCE, Unit.COUNT, "answers that a load client compared with the undisturbed one"),
    ANSWERS_DIFFERING(Reach.SINCE, Unit.COUNT, "answers that were not identical to the undisturbed one"),
    RESTARTS(Reach.SINCE, Unit.COUNT, "processes that ended and that the orchestrator had to start again"),
    ROLL_BACKS(Reach.SINCE, Unit.COUNT, "scaling decisions that the planner undid"),

    PREFILLS_QUEUED(Reach.SINCE, Unit.COUNT, "prompts that a decode worker put into the prefill queue"),
    PREFILLS_SPOOLED(Reach.SINCE, Unit.COUNT, "prompts whose KV blocks had to wait in a prefill worker's spool"),
    PREFILLS_HANDED_OVER(Reach.SINCE, Unit.COUNT, "prompts whose KV blocks a decode worker took over"),
    PREFILLS_HANDED_OVER_FROM_SPOOL(
            Reach.SINCE, Unit.COUNT, "prompts whose KV blocks a decode worker took over after they had been spooled"),
    PREFILLS_FELL_BACK(Reach.SINCE, Unit.COUNT, "prompts that a decode worker prefilled by itself after all"),
    PREFILLS_UNFINISHED(Reach.SINCE, Unit.COUNT, "prompts queued in that time that a decode worker still waits for"),

    ROLL_BACK_INTERVALS(
            Reach.AFTER_STEP,
            Unit.COUNT,
            "planner's intervals from the over-scaling that the step forced to its roll-back; no data before"),
    TIME_TO_ROLL_BACK(
            Reach.AFTER_STEP,
            Unit.DURATION,
            "from the over-scaling that the step forced to its roll-back; no data before"),
    TIME_TO_CONTINUE(
            Reach.AFTER_STEP,
            Unit.DURATION,
            "from that step until the last request that broke since has its next token; no data while one has not, or when none broke"),
    TIME_TO_READY(
            Reach.AFTER_STEP, Unit.DURATION, "from that step until all its targets are ready again; no data before"),
    TIME_TO_RECOVER(
            Reach.AFTER_STEP,
            Unit.DURATION,
            "from that step until the steady-state hypothesis holds for good, 0 when it never broke; no data while it does not hold");

    /// What a figure is about, and so what may narrow it.
    public enum Reach {
        /// The last 30 s of the cluster's time (unless its row says otherwise).
        WINDOW("last 30 s"),
        NOW("now"),
        /// Now, over the nodes of one role: takes `role`.
        ROLE("now, takes role"),
        /// Counts between two marks: takes `since` (default run-start) and `until` (default now).
        SINCE("counts, takes since and until"),
        /// Measures from the step named by `since`, which it needs.
        AFTER_STEP("needs since: an inject step");

        private final String words;

        Reach(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    private final Reach reach;
    private final Unit unit;
    private final String meaning;

    ProbeKind(Reach reach, Unit unit, String meaning) {
        this.reach = reach;
        this.unit = unit;
        this.meaning = meaning;
    }

    /// As written in playbooks: `migration_gap_p99`.
    public String word() {
        return Words.of(this, '_');
    }

    public static Optional<ProbeKind> of(String word) {
        return Words.find(word, ProbeKind.values(), '_');
    }

    public Reach reach() {
        return reach;
    }

    public Unit unit() {
        return unit;
    }

    /// One line for people.
    public String meaning() {
        return meaning;
    }
}
