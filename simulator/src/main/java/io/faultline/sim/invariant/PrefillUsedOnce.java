package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.PrefillEvent;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// PRE-1: the queue delivers at least once, and prefill workers hand over as often as they think they have to;
/// what is used is used once, and only while somebody waits for it.
public final class PrefillUsedOnce implements Invariant {
    private final Map<String, Long> waiting = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();

    @Override
    public String sentence() {
        return "The blocks of a prefill are used at most once, by the life of the decode worker that asked for them,"
                + " and only while it waits.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case PrefillEvent.PrefillQueued queued ->
                waiting.put(key(queued.request(), queued.attempt()), queued.instance());
            case PrefillEvent.PrefillFellBack fellBack -> waiting.remove(key(fellBack.request(), fellBack.attempt()));
            case PrefillEvent.PrefillWithdrawn withdrawn ->
                waiting.remove(key(withdrawn.request(), withdrawn.attempt()));
            case PrefillEvent.KvHandedOver handedOver -> handedOver(event, handedOver, report);
            default -> {
                // Not about hand-overs.
            }
        }
    }

    private void handedOver(ClusterEvent event, PrefillEvent.KvHandedOver handedOver, Report report) {
        String key = key(handedOver.request(), handedOver.attempt());
        if (!used.add(key)) {
            report.broken(event.node(), "the prefill of request " + key + " was used twice");
        } else if (waiting.remove(key) == null) {
            report.broken(event.node(), "the prefill of request " + key + " was used although nobody waited for it");
        }
    }

    static String key(String request, int attempt) {
        return request + '#' + attempt;
    }
}
