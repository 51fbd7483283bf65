package io.faultline.runtime.transport;

import java.util.Arrays;

/// How fast one peer's tokens come: the gaps between its frames of tokens while streams are being decoded, the newest
/// [#GAPS_MAX] of the last [#WINDOW_NANOS]. All streams of a peer share its engine's iterations, so a gap between
/// frames
/// is a gap between tokens. First tokens do not count: before them the engine computed a prompt. Confined to the loop.
final class StreamPace {
    private static final int GAPS_MAX = 32;
    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final long[] gaps = new long[GAPS_MAX];
    private final long[] endedAtNanos = new long[GAPS_MAX];
    private int recorded;
    private long lastFrameNanos = NEVER;

    /// A frame of tokens came.
    /// @param followsOthers whether some token of it is not its stream's first
    void tokens(long now, boolean followsOthers) {
        if (followsOthers && lastFrameNanos != NEVER) {
            int at = recorded++ % GAPS_MAX;
            gaps[at] = now - lastFrameNanos;
            endedAtNanos[at] = now;
        }
        lastFrameNanos = now;
    }

    /// No stream is open any more: the time until the next one's tokens is nobody's slowness.
    void rest() {
        lastFrameNanos = NEVER;
    }

    /// This loop was late itself by so much, and the peer's frames with it.
    void excuse(long nanos) {
        if (lastFrameNanos != NEVER) {
            lastFrameNanos += nanos;
        }
    }

    /// The pace now. The gap that is open counts once it is longer than usual: a peer that falls silent shows no other.
    Pace now(long now) {
        long[] recent = new long[GAPS_MAX + 1];
        int count = 0;
        for (int i = 0; i < Math.min(recorded, GAPS_MAX); i++) {
            if (now - endedAtNanos[i] <= WINDOW_NANOS) {
                recent[count++] = gaps[i];
            }
        }
        long median = median(recent, count);
        if (lastFrameNanos != NEVER && now - lastFrameNanos > median) {
            recent[count++] = now - lastFrameNanos;
            median = median(recent, count);
        }
        return new Pace(count, median);
    }

    private static long median(long[] values, int count) {
        if (count == 0) {
            return 0;
        }
        Arrays.sort(values, 0, count);
        return values[count / 2];
    }
}
