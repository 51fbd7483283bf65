package io.faultline.runtime.routing;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.event.EventRecord.InstanceInhibited;
import io.faultline.runtime.event.EventRecord.InstanceReinstated;
import io.faultline.runtime.event.EventRecord.InstanceSeen;
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
/// An instance that failed is inhibited at once and comes back only after it answered a ping as ready; pings
/// go out after [InhibitionConfig#probeMinNanos], doubling up to [InhibitionConfig#probeMaxNanos], for as long
/// as discovery lists it. Confined to the loop.
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
    public void inhibit(long id, ErrorType because) {
        Member member = members.get(id);
        if (member != null && member.inhibitedSince < 0) {
            member.inhibitedSince = loop.now();
            member.probeNanos = config.probeMinNanos();
            events.emit(new InstanceInhibited(id, because));
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
            events.emit(new InstanceReinstated(member.instance.id(), loop.now() - member.inhibitedSince));
            member.inhibitedSince = -1;
            wakeWaiters();
        } else {
            scheduleProbe(member);
        }
    }

    /// Who could serve `model` now, by id, without those in `except`.
    public List<Candidate> candidates(String model, Set<Long> except) {
        List<Candidate> candidates = new ArrayList<>(members.size());
        for (Member member : members.values()) {
            Instance i = member.instance;
            if (member.inhibitedSince < 0 && i.card().model().equals(model) && !except.contains(i.id())) {
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

    public boolean isInhibited(long id) {
        Member member = members.get(id);
        return member != null && member.inhibitedSince >= 0;
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
        long probeNanos;
        NodeLoop.Timer probe = () -> {};

        Member(Instance instance) {
            this.instance = instance;
        }
    }
}
