package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.event.QueueEvent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Locale;

/// Remote prefill: the queue, the hand-overs, and what happened instead of one. Series of nodes that ended are
/// removed. Confined to the loop that feeds it.
final class PrefillMetrics {
    private static final double[] TRANSFER_SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
    private static final double[] WAIT_SECONDS = {.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40};
    private static final String WORKER = "worker";

    private final LabelLimit queues;
    private final LabelLimit workers;
    private final Gauge depth;
    private final Gauge oldest;
    private final Counter givenUp;
    private final Counter queued;
    private final Counter started;
    private final Counter computedTokens;
    private final Counter dropped;
    private final Counter handedOver;
    private final Counter bytes;
    private final Histogram transfer;
    private final Histogram waited;
    private final Counter declined;
    private final Counter fellBack;
    private final Counter withdrawn;
    private final Gauge spooled;
    private final Counter spooledBytes;

    PrefillMetrics(Meters own, MetricsConfig config) {
        this.queues = new LabelLimit(config.kindsMax());
        this.workers = new LabelLimit(config.workersMax());
        depth = own.gauge("queue_messages", "Messages in a queue", "queue", "state");
        oldest = own.gauge("queue_oldest_message_seconds", "Age of a queue's oldest message", "queue");
        givenUp = own.counter("queue_messages_dropped", "Messages that nobody acknowledged in time", "queue");
        queued = own.counter("prefill_queued", "Prompts that a decode worker put into the prefill queue");
        started = own.counter("prefill_started", "Jobs that a prefill worker took", "redelivered");
        computedTokens = own.counter("prefill_remote_tokens", "Prompt tokens computed by prefill workers");
        dropped = own.counter("prefill_dropped", "Jobs that ended on a prefill worker without a hand-over", "reason");
        handedOver = own.counter("kv_handovers", "Prompts whose KV blocks a decode worker took over");
        bytes = own.counter("kv_handover_bytes", "KV bytes handed over");
        transfer = own.histogram("kv_handover_seconds", "From the first block to the last", TRANSFER_SECONDS);
        waited = own.histogram("prefill_wait_seconds", "From asking for a prefill to having it", WAIT_SECONDS);
        declined = own.counter("kv_handovers_declined", "Hand-overs that nobody wanted", "reason");
        fellBack = own.counter("prefill_fallbacks", "Prompts prefilled locally after all", "reason");
        withdrawn = own.counter("prefill_withdrawn", "Jobs taken back because their request ended or moved on");
        spooled = own.gauge("kv_spool_bytes", "KV bytes in a prefill worker's spool", WORKER);
        spooledBytes = own.counter("kv_spooled_bytes", "KV bytes written to spools");
    }

    void apply(String node, EventRecord record) {
        switch (record) {
            case QueueEvent.QueueObserved r -> {
                String queue = queues.admit(r.queue());
                depth.labelValues(queue, "waiting").set(r.waiting());
                depth.labelValues(queue, "in_delivery").set(r.inDelivery());
                oldest.labelValues(queue).set(r.oldestNanos() * 1e-9);
            }
            case QueueEvent.QueueMessageDropped r ->
                givenUp.labelValues(queues.admit(r.queue())).inc();
            case PrefillEvent.PrefillQueued _ -> queued.inc();
            case PrefillEvent.PrefillStarted r ->
                started.labelValues(Boolean.toString(r.delivery() > 1)).inc();
            case PrefillEvent.PrefillComputed r ->
                computedTokens.inc((double) Math.max(0, r.tokens() - r.cachedTokens()));
            case PrefillEvent.PrefillDropped r ->
                dropped.labelValues(label(r.why())).inc();
            case PrefillEvent.KvSpooled r -> {
                spooled.labelValues(workers.admit(node)).set((double) r.spooledBytes());
                spooledBytes.inc((double) r.bytes());
            }
            case PrefillEvent.KvUnspooled r ->
                spooled.labelValues(workers.admit(node)).set((double) r.spooledBytes());
            case PrefillEvent.KvHandedOver r -> {
                handedOver.inc();
                bytes.inc((double) r.bytes());
                transfer.observe(r.transferNanos() * 1e-9);
                waited.observe(r.waitedNanos() * 1e-9);
            }
            case PrefillEvent.KvDeclined r ->
                declined.labelValues(label(r.why())).inc();
            case PrefillEvent.PrefillFellBack r ->
                fellBack.labelValues(r.why().label()).inc();
            case PrefillEvent.PrefillWithdrawn _ -> withdrawn.inc();
            default -> {
                // Not about prefill.
            }
        }
    }

    void stopped(String node) {
        if (workers.knows(node)) {
            workers.forget(node);
            spooled.remove(node);
        }
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
