package io.faultline.runtime.admission;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.LoadEvent.AdmissionLimitChanged;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.window.RateWindow;
import java.util.function.IntSupplier;

/// What is in flight of one model from one frontend, and the limit on it if there is one. Confined to the loop.
final class ModelAdmission {
    /// How far back rates of arrivals and refusals reach. Longer, and room would be kept after an overload for
    /// those who asked during it.
    private static final long MEMORY_NANOS = 4_000_000_000L;

    private static final double STAY_SMOOTHING = 0.05;
    /// Changes of the limit by less than this share are not worth an event.
    private static final double NOTICEABLE = 0.05;

    /// Share of the limit that has to be in flight for admissions to be paced.
    private static final double PACED_FROM = 0.75;

    private final String model;
    private final NodeLoop loop;
    private final AdmissionConfig config;
    private final EventSink events;
    private final IntSupplier instances;
    private final Runnable onChange;
    private final ConcurrencyLimit limit;
    private final FairShare shares;
    private final RateWindow admitted = new RateWindow(MEMORY_NANOS);
    private final RateWindow refused = new RateWindow(MEMORY_NANOS);
    private int inFlight;
    private double staySeconds;
    private int toldLimit;
    private long admittedAtNanos;

    /// @param instances how many can be routed to now
    /// @param onChange something was released, or the limit moved
    ModelAdmission(
            String model,
            NodeLoop loop,
            AdmissionConfig config,
            EventSink events,
            IntSupplier instances,
            Runnable onChange) {
        this.model = model;
        this.loop = loop;
        this.config = config;
        this.events = events;
        this.instances = instances;
        this.onChange = onChange;
        this.limit = new ConcurrencyLimit(config.limit(), loop.now());
        this.shares = new FairShare(config.tenantsMax(), MEMORY_NANOS);
    }

    /// What there is room for.
    enum Room {
        FREE,
        /// As many as allowed are in flight.
        NONE,
        /// The rest is kept for others.
        RESERVED,
        /// The last one was let in a moment ago.
        PACED
    }

    boolean isAdaptive() {
        return config.adaptive();
    }

    /// A request came; whether there is room for it.
    Room roomFor(InferenceRequest request) {
        if (!config.adaptive()) {
            return Room.FREE;
        }
        long now = loop.now();
        PriorityClass priority = PriorityClass.of(request.priority());
        FairShare.Claim claim = shares.claim(priority, request.tenant());
        claim.arrived(now);
        int most = limit();
        if (inFlight >= most) {
            return Room.NONE;
        }
        if (priority != PriorityClass.HIGH && isTooSoon(most, now)) {
            return Room.PACED;
        }
        double reserved = shares.reservedAgainst(priority, claim, most, staySeconds, now);
        return inFlight + reserved < most ? Room.FREE : Room.RESERVED;
    }

    /// Workers finish several sequences in one iteration, and under overload their places would be taken within a
    /// moment: the newcomers' prompts would be computed together in one long iteration, at whose end again several
    /// sequences finish together. Letting them in one after the other costs nothing then, since the next comes
    /// soon, and keeps iterations short. Far below the limit there is no need.
    private boolean isTooSoon(int most, long now) {
        double spacingNanos = config.limit().pace() * staySeconds * 1e9 / most;
        return inFlight >= PACED_FROM * most && now - admittedAtNanos < spacingNanos;
    }

    Permit take(InferenceRequest request, int promptTokens) {
        long now = loop.now();
        FairShare.Claim claim = shares.claim(PriorityClass.of(request.priority()), request.tenant());
        claim.began();
        inFlight++;
        admittedAtNanos = now;
        admitted.add(now, 1);
        observe();
        return new Permit(this, claim, promptTokens, now);
    }

    /// A request was refused for want of room.
    void refused() {
        refused.add(loop.now(), 1);
    }

    /// The same, before anybody looked whose it was.
    void refusedUnseen() {
        refused();
        shares.arrivedUnseen(loop.now());
    }

    /// As many seconds as there are refusals for each admission: clients that come back after that long ask for
    /// about what can be served.
    int retryAfterSeconds() {
        long now = loop.now();
        double served = Math.max(admitted.perSecond(now), 0.1);
        return Math.clamp(Math.round(refused.perSecond(now) / served), 1, config.retryAfterSecondsMax());
    }

    int inFlight() {
        return inFlight;
    }

    /// -1 when there is none.
    int limitOrNone() {
        return config.adaptive() ? limit() : -1;
    }

    boolean isFull() {
        return config.adaptive() && inFlight >= limit();
    }

    private int limit() {
        return limit.limit(instances.getAsInt(), loop.now());
    }

    // ---- from the permits

    long now() {
        return loop.now();
    }

    void firstToken(int computedTokens, long ttftNanos) {
        limit.firstToken(computedTokens, ttftNanos, loop.now());
        observe();
    }

    void betweenTokens(double itlNanos) {
        limit.betweenTokens(itlNanos, loop.now());
        observe();
    }

    /// @param stayNanos how long a completed request was in flight; -1 for others
    void released(long stayNanos) {
        inFlight--;
        if (stayNanos >= 0) {
            double seconds = stayNanos * 1e-9;
            staySeconds = staySeconds == 0 ? seconds : staySeconds + STAY_SMOOTHING * (seconds - staySeconds);
        }
        observe();
        onChange.run();
    }

    private void observe() {
        if (config.adaptive() && limit.observe(inFlight, instances.getAsInt(), loop.now())) {
            tell();
            onChange.run();
        }
    }

    private void tell() {
        int now = limit();
        if (Math.abs(now - toldLimit) >= Math.max(1, NOTICEABLE * toldLimit)) {
            toldLimit = now;
            events.emit(new AdmissionLimitChanged(
                    model, now, inFlight, instances.getAsInt(), limit.ttftRatio(), limit.itlRatio()));
        }
    }
}
