package io.faultline.runtime.admission;

import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.window.RateWindow;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much of a limit has to be left to others: to classes of higher priority what they have asked for of
/// late, and within a class to each other tenant what it has asked for, up to an equal share. What nobody else
/// asks for is anybody's. Confined to the loop.
///
/// What somebody asks for is counted as Erlang's offered load: arrivals a second, refused ones included, times the
/// seconds a request stays; plus its square root, because arrivals come in bunches. What is longer ago than the
/// memory is forgotten altogether: a rate that decays would keep room for those who asked during an overload the
/// longer the larger it was.
final class FairShare {
    private static final String OTHERS = "\0others";

    private final int tenantsMax;
    private final long memoryNanos;
    private final Map<PriorityClass, ClassShare> classes = new java.util.EnumMap<>(PriorityClass.class);
    private final RateWindow known;
    private final RateWindow unknown;

    /// @param memoryNanos how far back "of late" reaches
    FairShare(int tenantsMax, long memoryNanos) {
        this.tenantsMax = tenantsMax;
        this.memoryNanos = memoryNanos;
        this.known = new RateWindow(memoryNanos);
        this.unknown = new RateWindow(memoryNanos);
        for (PriorityClass each : PriorityClass.values()) {
            classes.put(each, new ClassShare());
        }
    }

    /// Somebody's requests. Held by those that are in flight.
    final class Claim {
        private final ClassShare of;
        private final RateWindow arrivals = new RateWindow(memoryNanos);
        private int inFlight;

        private Claim(ClassShare of) {
            this.of = of;
        }

        void arrived(long nowNanos) {
            arrivals.add(nowNanos, 1);
            of.arrivals.add(nowNanos, 1);
            known.add(nowNanos, 1);
        }

        void began() {
            inFlight++;
            of.inFlight++;
        }

        void ended() {
            inFlight--;
            of.inFlight--;
        }
    }

    private final class ClassShare {
        private final LinkedHashMap<String, Claim> claims = new LinkedHashMap<>(16, 0.75f, true);
        private final RateWindow arrivals = new RateWindow(memoryNanos);
        private int inFlight;

        Claim claim(String tenant) {
            Claim claim = claims.get(tenant);
            if (claim == null) {
                claim = claims.size() < tenantsMax || dropIdle()
                        ? claims.computeIfAbsent(tenant, _ -> new Claim(this))
                        : claims.computeIfAbsent(OTHERS, _ -> new Claim(this));
            }
            return claim;
        }

        /// The one that was looked for the longest ago makes room if it has nothing in flight.
        private boolean dropIdle() {
            Iterator<Claim> all = claims.values().iterator();
            if (all.next().inFlight == 0) {
                all.remove();
                return true;
            }
            return false;
        }
    }

    Claim claim(PriorityClass priority, String tenant) {
        return shareOf(priority).claim(tenant);
    }

    /// A request came whose class and tenant nobody looked at. It counts for all in proportion.
    void arrivedUnseen(long nowNanos) {
        unknown.add(nowNanos, 1);
    }

    /// How much of `limit` a request of this claim has to leave free.
    /// @param staySeconds how long a request is in flight
    double reservedAgainst(PriorityClass priority, Claim claim, int limit, double staySeconds, long nowNanos) {
        double seen = known.perSecond(nowNanos);
        double scale = seen > 0 ? (seen + unknown.perSecond(nowNanos)) / seen : 1;
        double reserved = 0;
        double entitledAbove = 0;
        for (PriorityClass above : PriorityClass.values()) {
            if (above.compareTo(priority) > 0) {
                ClassShare share = shareOf(above);
                double entitled = Math.min(limit, asked(share.arrivals, scale, staySeconds, nowNanos));
                entitledAbove += entitled;
                reserved += Math.max(0, entitled - share.inFlight);
            }
        }
        return reserved
                + reservedForTenants(
                        shareOf(priority), claim, Math.max(0, limit - entitledAbove), scale, staySeconds, nowNanos);
    }

    private double reservedForTenants(
            ClassShare of, Claim claim, double room, double scale, double staySeconds, long nowNanos) {
        if (of.claims.size() < 2) {
            return 0;
        }
        int asking = 0;
        for (Claim other : of.claims.values()) {
            if (other == claim || asked(other.arrivals, scale, staySeconds, nowNanos) > 1) {
                asking++;
            }
        }
        double equal = room / Math.max(1, asking);
        if (claim.inFlight < equal) {
            return 0;
        }
        double reserved = 0;
        for (Claim other : of.claims.values()) {
            if (other != claim) {
                double entitled = Math.min(equal, asked(other.arrivals, scale, staySeconds, nowNanos));
                reserved += Math.max(0, entitled - other.inFlight);
            }
        }
        return reserved;
    }

    private static double asked(RateWindow arrivals, double scale, double staySeconds, long nowNanos) {
        double load = arrivals.perSecond(nowNanos) * scale * staySeconds;
        return load + Math.sqrt(load);
    }

    private ClassShare shareOf(PriorityClass priority) {
        ClassShare share = classes.get(priority);
        return share == null ? new ClassShare() : share;
    }
}
