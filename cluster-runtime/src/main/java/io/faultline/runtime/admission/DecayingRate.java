package io.faultline.runtime.admission;

/// How often something happens of late, per second: an exponentially weighted rate that forgets with a time
/// constant. Confined to the loop.
final class DecayingRate {
    private final double constantSeconds;
    private double rate;
    private long atNanos;

    DecayingRate(long constantNanos) {
        this.constantSeconds = constantNanos * 1e-9;
    }

    void add(long nowNanos) {
        rate = perSecond(nowNanos) + 1 / constantSeconds;
        atNanos = nowNanos;
    }

    double perSecond(long nowNanos) {
        double elapsed = (nowNanos - atNanos) * 1e-9;
        return rate == 0 || elapsed <= 0 ? rate : rate * StrictMath.exp(-elapsed / constantSeconds);
    }
}
