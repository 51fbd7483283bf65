package io.faultline.runtime.judgement;

import io.faultline.runtime.history.FlowView;
import io.faultline.runtime.history.FlowView.Tally;
import io.faultline.runtime.history.Objectives;
import io.faultline.runtime.judgement.Finding.Place;
import io.faultline.runtime.judgement.Verdict.Level;
import java.util.List;
import java.util.Locale;

/// Judges what clients feel now: requests in, tokens out, failures, rejections, first tokens and gaps, against the
/// objectives. What is over for [FlowView#RECENT_SECONDS] is not judged any more. Pure.
final class FlowRules {
    /// From this share on the service counts as down.
    private static final double DOWN_SHARE = 0.5;
    /// A cluster that yielded nothing for so long while clients wait is down.
    private static final long NO_TOKENS_NANOS = 1_000_000_000L;

    private static final String RECENTLY = " in the last " + FlowView.RECENT_SECONDS + " s";

    private FlowRules() {}

    static List<Finding> failures(Evidence e) {
        Tally recent = e.flow().recent();
        double share = share(recent.unserved(), recent.owed());
        if (share <= 1 - e.objectives().successMin()) {
            return List.of();
        }
        String what = percent(share) + " of requests failed" + RECENTLY;
        return felt(
                Rule.FAILED_REQUESTS,
                share >= DOWN_SHARE ? Level.DOWN : Level.DEGRADED,
                what,
                what,
                "Open Requests, filter by failed, and read the error; the causes are named with this.",
                Place.REQUESTS);
    }

    static List<Finding> heldUp(Evidence e) {
        FlowView flow = e.flow();
        if (!flow.isHeldUp()) {
            return List.of();
        }
        long longest =
                Math.max(flow.unreached() + flow.waiting() > 0 ? flow.longestWaitNanos() : 0, flow.longestStallNanos());
        boolean silent = flow.lastTokenNanos() < 0 || e.nowNanos() - flow.lastTokenNanos() >= NO_TOKENS_NANOS;
        String what = (silent ? "no tokens at all; " : "") + waiting(flow) + " for up to " + seconds(longest);
        return felt(
                Rule.NO_PROGRESS,
                silent ? Level.DOWN : Level.DEGRADED,
                what,
                what,
                "Open Topology: the frontend or the workers that hold them do not answer or are overloaded.",
                flow.unreached() > 0 ? Place.TOPOLOGY : Place.REQUESTS);
    }

    private static String waiting(FlowView flow) {
        int requests = flow.unreached() + flow.waiting();
        String first = requests == 0 ? "" : count(requests, "request") + " without a first token";
        String streams = flow.stalled() == 0 ? "" : count(flow.stalled(), "stream") + " stalled";
        return first + (first.isEmpty() || streams.isEmpty() ? "" : ", ") + streams;
    }

    static List<Finding> ttft(Evidence e) {
        Tally recent = e.flow().recent();
        double late = share(recent.lateFirstTokens(), recent.firstTokens());
        if (late <= Objectives.LATE_MAX) {
            return List.of();
        }
        String what = "TTFT over " + seconds(e.objectives().ttftNanos()) + " for " + percent(late) + " of requests"
                + RECENTLY;
        return felt(
                Rule.TTFT,
                Level.DEGRADED,
                what,
                what,
                "Open Load: queue depth and prefill tokens say whether there is more load than capacity; add workers or"
                        + " set a busy threshold.",
                Place.LOAD);
    }

    static List<Finding> itl(Evidence e) {
        Tally recent = e.flow().recent();
        double slow = share(recent.slowStretches(), recent.stretches());
        boolean gap = recent.longestGapNanos() > 0;
        if (slow <= Objectives.LATE_MAX && !gap) {
            return List.of();
        }
        String what = gap
                ? "streams stood still for up to " + seconds(recent.longestGapNanos()) + RECENTLY
                : "ITL over " + e.objectives().itlNanos() / 1_000_000 + " ms for " + percent(slow) + " of stream time"
                        + RECENTLY;
        return felt(
                Rule.ITL,
                Level.DEGRADED,
                what,
                what,
                "Open Migrations for moved streams and Health for slow workers.",
                gap ? Place.MIGRATIONS : Place.HEALTH);
    }

    static List<Finding> shed(Evidence e) {
        Tally recent = e.flow().recent();
        double share = share(recent.shed(), recent.shed() + recent.owed());
        if (share <= 1 - e.objectives().successMin()) {
            return List.of();
        }
        String what = percent(share) + " of requests rejected with 503 + Retry-After" + RECENTLY;
        return felt(
                Rule.SHED,
                Level.DEGRADED,
                what,
                what,
                "Open Load: add workers, or raise the limit if the workers have room.",
                Place.LOAD);
    }

    static List<Finding> mismatches(Evidence e) {
        int differing = e.flow().window().mismatches();
        if (differing == 0) {
            return List.of();
        }
        String what = count(differing, "output mismatch", "output mismatches") + " in the last "
                + FlowView.WINDOW_SECONDS + " s";
        return felt(
                Rule.OUTPUT_MISMATCH,
                Level.DEGRADED,
                what,
                what,
                "A response differed from the reference response. Keep the event log and report a bug.",
                Place.REQUESTS);
    }

    private static List<Finding> felt(Rule rule, Level level, String what, String impact, String action, Place place) {
        return List.of(new Finding(rule, level, true, what, impact, Finding.OPERATOR, action, "", place, -1));
    }

    static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    static String percent(double share) {
        double percent = 100 * share;
        return percent >= 10 || percent == Math.rint(percent)
                ? String.format(Locale.ROOT, "%.0f%%", percent)
                : String.format(Locale.ROOT, "%.1f%%", percent);
    }

    static String seconds(long nanos) {
        return nanos % 1_000_000_000L == 0
                ? nanos / 1_000_000_000L + " s"
                : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    static String count(int number, String noun) {
        return count(number, noun, noun + "s");
    }

    private static String count(int number, String noun, String plural) {
        return number + " " + (number == 1 ? noun : plural);
    }
}
