package io.faultline.runtime.routing;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.event.DiscoveryEvent.InstanceInhibited;
import io.faultline.runtime.event.DiscoveryEvent.InstanceReinstated;
import io.faultline.runtime.event.DiscoveryEvent.InstanceSeen;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.routing.RoutingPolicy.Candidate;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.RequestPlaneClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The instances that one frontend may route to: those in discovery, less those it set aside.
///
/// An instance that failed is inhibited at once and comes back only after it answered a ping as ready; pings go out
/// after [InhibitionConfig#probeMinNanos], doubling up to [InhibitionConfig#probeMaxNanos], for as long as
/// discovery lists it. One that is ejected for slowness is set aside on top of that, until [#readmit]; whoever ejects
/// it
/// finds out when. Confined to the loop.
public final class InstancePool {
    private final NodeLoop loop;
    private final RequestPlaneClient plane;
    private final InhibitionConfig config;
    private final EventSink events;
    private final TreeMap<Long, Member> members = new TreeMap<>();
    private final SequencedSet<Waiter> waiters = new LinkedHashSet<>();
    private final TreeMap<String, Long> lostAtNanos = new TreeMap<>();

    public InstancePool(NodeLoop loop, RequestPlaneClient plane, InhibitionConfig config, EventSink events) {
        this.loop = loop;
        this.plane = plane;
        this.config = config;
        this.events = events;
    }

    /// How failed instances are asked whether they are well again.
    /// @param probeMinNanos wait before the first ping; default 250 ms
    /// @param probeMaxNanos longest wait; default 5 s
    public record InhibitionConfig(long probeMinNanos, long probeMaxNanos) {
        public static InhibitionConfig defaults() {
            return new InhibitionConfig(250_000_000L, 5_000_000_000L);
        }
    }

    public void add(Instance instance) {
        if (members.putIfAbsent(instance.id(), new Member(instance)) == null) {
            events.emit(new InstanceSeen(instance.id(), instance.node(), true));
            wakeWaiters();
        }
    }

    public void remove(Instance instance) {
        Member member = members.remove(instance.id());
        if (member != null) {
            member.probe.cancel();
            events.emit(new InstanceSeen(instance.id(), instance.node(), false));
            noteLoss(instance);
        }
    }

    /// Sets an instance aside.
    /// @param evidence what was seen, for people
    public void inhibit(long id, ErrorType because, String evidence) {
        Member member = members.get(id);
        if (member != null && member.inhibitedSince < 0) {
            member.setAside(loop.now());
            member.inhibitedSince = loop.now();
            member.probeNanos = config.probeMinNanos();
            events.emit(new InstanceInhibited(id, because, evidence));
            scheduleProbe(member);
            noteLoss(member.instance);
        }
    }

    private void scheduleProbe(Member member) {
        member.probe = loop.after(member.probeNanos, () -> {
            member.probeNanos = Math.min(2 * member.probeNanos, config.probeMaxNanos());
            plane.probe(member.instance.address(), ready -> onProbed(member, ready));
        });
    }

    private void onProbed(Member member, boolean ready) {
        if (members.get(member.instance.id()) != member) {
            return;
        }
        if (ready) {
            member.inhibitedSince = -1;
            takeBack(member);
        } else {
            scheduleProbe(member);
        }
    }

    /// Sets an instance aside for its slowness.
    /// @param evidence what was seen, for people
    void eject(long id, String evidence) {
        Member member = members.get(id);
        if (member != null && !member.isEjected) {
            member.setAside(loop.now());
            member.isEjected = true;
            events.emit(new InstanceInhibited(id, ErrorType.WORKER_SLOW, evidence));
        }
    }

    /// Its slowness is over.
    void readmit(long id) {
        Member member = members.get(id);
        if (member != null && member.isEjected) {
            member.isEjected = false;
            takeBack(member);
        }
    }

    boolean isEjected(long id) {
        Member member = members.get(id);
        return member != null && member.isEjected;
    }

    private void takeBack(Member member) {
        if (member.isAvailable()) {
            events.emit(new InstanceReinstated(member.instance.id(), loop.now() - member.asideSince));
            wakeWaiters();
        }
    }

    /// Who could serve `model` now, by id, without those in `except`.
    public List<Candidate> candidates(String model, Set<Long> except) {
        List<Candidate> candidates = candidates(model, except, false);
        // Better a slow worker than none.
        return candidates.isEmpty() ? candidates(model, except, true) : candidates;
    }

    private List<Candidate> candidates(String model, Set<Long> except, boolean withEjected) {
        List<Candidate> candidates = new ArrayList<>(members.size());
        for (Member member : members.values()) {
            Instance i = member.instance;
            boolean isAvailable = member.inhibitedSince < 0 && (withEjected || !member.isEjected);
            if (isAvailable && i.card().model().equals(model) && !except.contains(i.id())) {
                candidates.add(new Candidate(i.id(), plane.openStreams(i.address())));
            }
        }
        return candidates;
    }

    public @Nullable Instance instance(long id) {
        Member member = members.get(id);
        return member == null ? null : member.instance;
    }

    public List<Instance> instances() {
        return members.values().stream().map(m -> m.instance).toList();
    }

    /// Whether it is set aside, for a failure or for its slowness.
    public boolean isInhibited(long id) {
        Member member = members.get(id);
        return member != null && !member.isAvailable();
    }

    public int openStreams(Instance instance) {
        return plane.openStreams(instance.address());
    }

    private void noteLoss(Instance lost) {
        String model = lost.card().model();
        if (candidates(model, Set.of()).isEmpty()) {
            lostAtNanos.put(model, loop.now());
        }
    }

    /// When the last routable instance of a model was lost, most recently; -1 when that never happened.
    public long lostAtNanos(String model) {
        return lostAtNanos.getOrDefault(model, -1L);
    }

    /// Runs `then` once, in the turn in which an instance next becomes routable.
    ///
    /// @return ends the wait; harmless when it is over
    public NodeLoop.Timer whenOneAppears(Runnable then) {
        Waiter waiter = new Waiter(then);
        waiters.add(waiter);
        return () -> waiters.remove(waiter);
    }

    private void wakeWaiters() {
        List<Waiter> woken = List.copyOf(waiters);
        waiters.clear();
        woken.forEach(waiter -> waiter.then.run());
    }

    /// Somebody who waits for an instance. Equal only to itself: the same task may wait twice.
    private static final class Waiter {
        private final Runnable then;

        Waiter(Runnable then) {
            this.then = then;
        }
    }

    private static final class Member {
        final Instance instance;
        long inhibitedSince = -1;
        boolean isEjected;
        long asideSince;
        long probeNanos;
        NodeLoop.Timer probe = () -> {};

        Member(Instance instance) {
            this.instance = instance;
        }

        boolean isAvailable() {
            return inhibitedSince < 0 && !isEjected;
        }

        void setAside(long now) {
            if (isAvailable()) {
                asideSince = now;
            }
        }
    }
}
