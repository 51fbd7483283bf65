package io.faultline.console.load;

import io.faultline.console.shell.Figures;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.history.LoadSnapshot.LoadSecond;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import java.util.List;
import java.util.function.ToIntFunction;

/// The last seconds of a load, and the words that the page has for their parts.
record Lately(List<LoadSecond> seconds) {
    /// As far back as "lately" reaches.
    static final int SECONDS = 30;
    /// As far back as the pictures reach.
    static final int PICTURE_SECONDS = 180;

    static Lately of(LoadSnapshot load) {
        return new Lately(last(load, SECONDS));
    }

    static List<LoadSecond> last(LoadSnapshot load, int seconds) {
        List<LoadSecond> all = load.seconds();
        return all.subList(Math.max(0, all.size() - seconds), all.size());
    }

    int sum(ToIntFunction<LoadSecond> of) {
        return seconds.stream().mapToInt(of).sum();
    }

    int refused() {
        return sum(s -> total(s.refused().values()));
    }

    int arrived() {
        return sum(s -> total(s.arrived().values()));
    }

    static int total(Iterable<Integer> counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    static String words(RejectReason reason) {
        return switch (reason) {
            case NO_INSTANCE -> "no worker";
            case ALL_BUSY -> "all workers busy";
            case ADAPTIVE_LIMIT -> "adaptive limit";
            case RESERVED -> "kept for others";
            case PACED -> "paced";
            case FRONTEND_FULL -> "frontend full";
            case SHUTTING_DOWN -> "shutting down";
        };
    }

    static String meaning(RejectReason reason) {
        return switch (reason) {
            case NO_INSTANCE -> "Discovery lists no worker of the model that is fit to serve.";
            case ALL_BUSY -> "Every worker is over a busy threshold.";
            case ADAPTIVE_LIMIT -> "More in flight would make everybody's answer late.";
            case RESERVED -> "The room that is left is kept for higher priorities or other tenants.";
            case PACED -> "Near the limit requests are let in one by one, so that prompts do not pile up.";
            case FRONTEND_FULL -> "The frontend holds as many requests as it can.";
            case SHUTTING_DOWN -> "The frontend was told to stop.";
        };
    }

    static String words(PriorityClass priority) {
        return switch (priority) {
            case HIGH -> "high";
            case NORMAL -> "normal";
            case LOW -> "low";
            case UNREAD -> "not read";
        };
    }

    /// A multiple; 0 means that nobody knows.
    static String times(double ratio) {
        return ratio <= 0 ? Figures.NONE : "%.1f ×".formatted(ratio);
    }
}
