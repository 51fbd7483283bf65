package io.faultline.runtime.routing;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.health.CanaryRequest;
import io.faultline.runtime.health.OutlierConfig;
import io.faultline.runtime.health.OutlierDetector;
import io.faultline.runtime.health.OutlierDetector.Outlier;
import io.faultline.runtime.health.OutlierDetector.Sample;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Pace;
import io.faultline.runtime.transport.RequestPlaneClient;
import io.faultline.runtime.transport.StreamListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Sets grey workers aside: compares the pace of a frontend's instances every [OutlierConfig#sweepNanos], ejects those
/// that [OutlierDetector] finds, lets their streams move, and takes each back once a canary through its engine came at
/// its peers' pace. Canaries go out after a back-off that doubles when they fail. Confined to the loop.
public final class OutlierWatch {
    private static final int CANARY_TOKENS = 4;

    private final NodeId frontend;
    private final NodeLoop loop;
    private final OutlierConfig config;
    private final InstancePool pool;
    private final RequestPlaneClient plane;
    private final Mover mover;
    private final Map<String, OutlierDetector> detectors = new TreeMap<>();
    private NodeLoop.Timer sweep = () -> {};
    private int canaries;

    /// Moves streams away from an instance that still answers.
    public interface Mover {
        void leave(long instance, RequestError why);
    }

    public OutlierWatch(
            NodeId frontend,
            NodeLoop loop,
            OutlierConfig config,
            InstancePool pool,
            RequestPlaneClient plane,
            Mover mover) {
        this.frontend = frontend;
        this.loop = loop;
        this.config = config;
        this.pool = pool;
        this.plane = plane;
        this.mover = mover;
    }

    public void start() {
        if (config.enabled()) {
            sweep = loop.after(config.sweepNanos(), this::sweep);
        }
    }

    public void close() {
        sweep.cancel();
    }

    private void sweep() {
        Map<String, List<Instance>> byModel = new TreeMap<>();
        for (Instance instance : pool.instances()) {
            byModel.computeIfAbsent(instance.card().model(), _ -> new ArrayList<>())
                    .add(instance);
        }
        detectors.keySet().retainAll(byModel.keySet());
        byModel.forEach((model, instances) -> {
            OutlierDetector detector = detectors.computeIfAbsent(model, _ -> new OutlierDetector(config));
            for (Outlier outlier : detector.sweep(samples(instances))) {
                eject(detector, outlier);
            }
        });
        start();
    }

    private List<Sample> samples(List<Instance> instances) {
        List<Sample> samples = new ArrayList<>(instances.size());
        for (Instance instance : instances) {
            Pace pace = plane.pace(instance.address());
            samples.add(new Sample(instance.id(), pace.gaps(), pace.medianNanos(), pool.isEjected(instance.id())));
        }
        return samples;
    }

    private void eject(OutlierDetector detector, Outlier outlier) {
        pool.eject(outlier.instance(), outlier.evidence());
        mover.leave(
                outlier.instance(),
                new RequestError(
                        ErrorType.WORKER_SLOW, "the worker was much slower than its peers: " + outlier.evidence()));
        scheduleCanary(detector, outlier, config.backoffMinNanos());
    }

    private void scheduleCanary(OutlierDetector detector, Outlier outlier, long waitNanos) {
        loop.after(waitNanos, () -> sendCanary(detector, outlier, waitNanos));
    }

    private void sendCanary(OutlierDetector detector, Outlier outlier, long waitedNanos) {
        Instance instance = pool.instance(outlier.instance());
        if (instance == null || !pool.isEjected(outlier.instance())) {
            return;
        }
        CanaryStream canary = new CanaryStream(gapNanos -> {
            boolean isWell = gapNanos >= 0 && detector.isWell(gapNanos, outlier.peersNanos());
            if (isWell) {
                pool.readmit(outlier.instance());
            } else {
                scheduleCanary(detector, outlier, Math.min(2 * waitedNanos, config.backoffMaxNanos()));
            }
        });
        canary.begin(instance);
    }

    /// One canary, from its opening to its verdict: the time between its tokens, or -1 when it did not end well.
    private final class CanaryStream implements StreamListener {
        private final Verdict verdict;
        private RequestPlaneClient.TokenStream stream = _ -> {};
        private NodeLoop.Timer timeout = () -> {};
        private long firstNanos;
        private long lastNanos;
        private int tokens;

        CanaryStream(Verdict verdict) {
            this.verdict = verdict;
        }

        void begin(Instance instance) {
            String id = "canary-" + frontend + '-' + ++canaries;
            timeout = loop.after(config.canaryTimeoutNanos(), () -> {
                stream.cancel(true);
                verdict.paced(-1);
            });
            stream = plane.open(
                    instance.address(), CanaryRequest.of(id, instance.card().model(), CANARY_TOKENS), this);
        }

        @Override
        public void prefilled(int cachedTokens) {
            // Its tokens are what counts.
        }

        @Override
        public void token(int token, int position) {
            lastNanos = loop.now();
            if (tokens++ == 0) {
                firstNanos = lastNanos;
            }
        }

        @Override
        public void finished(FinishReason reason) {
            timeout.cancel();
            verdict.paced(tokens < 2 ? -1 : (lastNanos - firstNanos) / (tokens - 1));
        }

        @Override
        public void failed(RequestError error) {
            timeout.cancel();
            verdict.paced(-1);
        }
    }

    private interface Verdict {
        void paced(long gapNanos);
    }
}
