package io.faultline.runtime.event;

import io.faultline.runtime.seam.RandomSource;

/// A 64-bit digest chained over a sequence of values. Equal sequences give equal digests on every JVM. It finds
/// accidental differences (a determinism check), not forged ones.
public final class Digest {
    private long state = 0x6A09E667F3BCC908L;

    public Digest add(long value) {
        state = RandomSource.mix(state + 0x9E3779B97F4A7C15L ^ value);
        return this;
    }

    public Digest add(int value) {
        return add((long) value);
    }

    public Digest add(boolean value) {
        return add(value ? 1L : 2L);
    }

    public Digest add(double value) {
        return add(Double.doubleToLongBits(value));
    }

    /// By name, since an enum's hash code differs between JVMs.
    public Digest add(Enum<?> value) {
        return add(value.name());
    }

    public Digest add(CharSequence text) {
        // String.hashCode is specified; two rounds over the length and the hash keep this to one pass.
        return add(((long) text.length() << 32) ^ text.toString().hashCode());
    }

    public Digest add(ClusterEvent event) {
        add(event.atNanos())
                .add(event.node().value())
                .add(event.record().getClass().getSimpleName());
        event.record().digest(this);
        return this;
    }

    public long value() {
        return state;
    }

    /// Sixteen lower-case hexadecimal digits, as printed by the command line.
    public String hex() {
        return "%016x".formatted(state);
    }
}
