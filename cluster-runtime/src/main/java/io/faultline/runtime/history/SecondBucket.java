package io.faultline.runtime.history;

import io.faultline.runtime.history.FlowView.Tally;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import io.faultline.runtime.window.QuantileWindow;
import java.util.List;

/// What [ServiceFold] counted in one second of the cluster's time.
final class SecondBucket {
    final long number;
    final QuantileWindow ttft = new QuantileWindow(Long.MAX_VALUE / 4, 128);
    int received;
    int completed;
    int failed;
    int rejected;
    int unserved;
    int cancelled;
    int migrations;
    int movesFailed;
    int firstTokens;
    int lateFirstTokens;
    int stretches;
    int slowStretches;
    long longestGapNanos;
    int mismatches;
    int tokens;
    int inFlight;

    SecondBucket(long number) {
        this.number = number;
    }

    SecondView view() {
        return new SecondView(
                number,
                received,
                completed,
                failed,
                rejected,
                unserved,
                cancelled,
                migrations,
                tokens,
                inFlight,
                ttft.quantiles(0, 0.99)[0]);
    }

    /// Everything of some seconds together.
    static Tally sum(List<SecondBucket> buckets) {
        SecondBucket all = new SecondBucket(0);
        for (SecondBucket b : buckets) {
            all.received += b.received;
            all.completed += b.completed;
            all.failed += b.failed;
            all.rejected += b.rejected;
            all.unserved += b.unserved;
            all.movesFailed += b.movesFailed;
            all.firstTokens += b.firstTokens;
            all.lateFirstTokens += b.lateFirstTokens;
            all.stretches += b.stretches;
            all.slowStretches += b.slowStretches;
            all.longestGapNanos = Math.max(all.longestGapNanos, b.longestGapNanos);
            all.mismatches += b.mismatches;
            all.tokens += b.tokens;
        }
        return new Tally(
                all.received,
                all.completed,
                all.unserved,
                all.failed + all.rejected - all.unserved,
                all.firstTokens,
                all.lateFirstTokens,
                all.stretches,
                all.slowStretches,
                all.longestGapNanos,
                all.mismatches,
                all.movesFailed,
                all.tokens);
    }
}
