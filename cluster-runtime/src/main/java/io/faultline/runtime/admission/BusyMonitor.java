package io.faultline.runtime.admission;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.LoadEvent.BusyThresholdsChanged;
import io.faultline.runtime.event.LoadEvent.InstanceBusy;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.RequestPlaneClient;
import io.faultline.runtime.transport.RequestPlaneClient.PeerLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which instances are busy in one frontend's eyes. Keeps a connection to every instance in discovery, so that
/// their reports arrive whether or not there are streams, and adds to each report what this frontend sent
/// since.
///
/// A busy instance cannot stay so because nothing is heard: reports come at an interval also without a change, one
/// that is missing for [AdmissionConfig#reportStaleNanos] counts as no load, and so does a connection that broke.
/// Confined to the loop.
public final class BusyMonitor {
    /// Models that are remembered after their last instance is gone; as many as the frontend's catalogue holds.
    private static final int MODELS_MAX = 1_000;

    private final NodeLoop loop;
    private final RequestPlaneClient plane;
    private final AdmissionConfig config;
    private final EventSink events;
    private final TreeMap<Long, Known> instances = new TreeMap<>();
    private final TreeMap<String, BusyThresholds> thresholds = new TreeMap<>();
    private Runnable onChange = () -> {};
    private NodeLoop.@Nullable Timer round;

    private static final class Known {
        private final Instance instance;
        private boolean busy;

        Known(Instance instance) {
            this.instance = instance;
        }
    }

    public BusyMonitor(NodeLoop loop, RequestPlaneClient plane, AdmissionConfig config, EventSink events) {
        this.loop = loop;
        this.plane = plane;
        this.config = config;
        this.events = events;
        plane.onLoadReport(this::reported);
    }

    /// Runs `then` whenever an instance may have become busy or free.
    void whenChanged(Runnable then) {
        onChange = then;
    }

    public void start() {
        round = loop.after(config.reconnectNanos(), this::look);
    }

    public void stop() {
        if (round != null) {
            round.cancel();
        }
    }

    public void appeared(Instance instance) {
        String model = instance.card().model();
        if (!thresholds.containsKey(model) && thresholds.size() < MODELS_MAX) {
            thresholds.put(model, config.thresholds());
            if (!config.thresholds().isNone()) {
                tell(model, config.thresholds(), "the configuration");
            }
        }
        instances.put(instance.id(), new Known(instance));
        plane.connect(instance.address());
        onChange.run();
    }

    public void vanished(Instance instance) {
        instances.remove(instance.id());
        for (Known other : instances.values()) {
            // A restarted worker listens where the old one did.
            if (other.instance.address().equals(instance.address())) {
                plane.connect(instance.address());
            }
        }
        onChange.run();
    }

    private void look() {
        for (Known known : List.copyOf(instances.values())) {
            plane.connect(known.instance.address());
            isBusy(known);
        }
        onChange.run();
        round = loop.after(config.reconnectNanos(), this::look);
    }

    private void reported(Address from) {
        for (Known known : instances.values()) {
            if (known.instance.address().equals(from)) {
                isBusy(known);
            }
        }
        onChange.run();
    }

    /// Whether it is over a threshold of its model now.
    public boolean isBusy(long instance) {
        Known known = instances.get(instance);
        return known != null && isBusy(known);
    }

    private boolean isBusy(Known known) {
        BusyThresholds of = thresholdsOf(known.instance.card().model());
        InstanceLoad load = loadOf(known.instance);
        boolean busy = of.exceededBy(load);
        if (busy != known.busy) {
            known.busy = busy;
            events.emit(
                    new InstanceBusy(known.instance.id(), busy, load.activeDecodeBlocks(), load.activePrefillTokens()));
        }
        return busy;
    }

    /// What this frontend knows of an instance's load.
    InstanceLoad loadOf(Instance instance) {
        Instance.ModelCard card = instance.card();
        PeerLoad known = plane.load(instance.address());
        int blocks = 0;
        long prefill = 0;
        if (known != null) {
            EngineLoad report = known.report();
            if (report != null && loop.now() - known.reportedAtNanos() <= config.reportStaleNanos()) {
                blocks = report.usedBlocks();
                prefill = report.pendingPrefillTokens();
            }
            blocks += (int) ((known.unreportedTokens() + card.kvBlockTokens() - 1) / card.kvBlockTokens());
            prefill += known.unreportedTokens();
        }
        return new InstanceLoad(blocks, card.kvBlocks(), prefill, card.batchedTokensMax());
    }

    /// The share of an instance's KV blocks that is in use or will be when its prompts are computed, from 0; 0 for an
    /// unknown one.
    public double share(long instance) {
        Known known = instances.get(instance);
        if (known == null) {
            return 0;
        }
        Instance.ModelCard card = known.instance.card();
        InstanceLoad load = loadOf(known.instance);
        double blocks = load.activeDecodeBlocks() + (double) load.activePrefillTokens() / card.kvBlockTokens();
        return blocks / Math.max(1, card.kvBlocks());
    }

    // ---- thresholds

    /// Empty when no instance of that model was ever seen.
    public Optional<BusyThresholds> thresholds(String model) {
        return Optional.ofNullable(thresholds.get(model));
    }

    List<String> models() {
        return new ArrayList<>(thresholds.keySet());
    }

    private BusyThresholds thresholdsOf(String model) {
        return thresholds.getOrDefault(model, BusyThresholds.NONE);
    }

    /// Those that are not none.
    public List<AdmissionPort.ModelThresholds> configured() {
        List<AdmissionPort.ModelThresholds> configured = new ArrayList<>();
        for (Map.Entry<String, BusyThresholds> entry : thresholds.entrySet()) {
            if (!entry.getValue().isNone()) {
                configured.add(new AdmissionPort.ModelThresholds(entry.getKey(), entry.getValue()));
            }
        }
        return configured;
    }

    /// In force at once: every instance is looked at again, without waiting for its next report. False when no
    /// instance of that model was ever seen.
    public boolean use(String model, BusyThresholds changed, String by) {
        if (!thresholds.containsKey(model)) {
            return false;
        }
        thresholds.put(model, changed);
        tell(model, changed, by);
        for (Known known : instances.values()) {
            isBusy(known);
        }
        onChange.run();
        return true;
    }

    private void tell(String model, BusyThresholds now, String by) {
        Double decode = now.activeDecodeBlocks();
        Long prefill = now.activePrefillTokens();
        Double share = now.activePrefillTokensFrac();
        events.emit(new BusyThresholdsChanged(
                model, decode == null ? -1 : decode, prefill == null ? -1 : prefill, share == null ? -1 : share, by));
    }
}
