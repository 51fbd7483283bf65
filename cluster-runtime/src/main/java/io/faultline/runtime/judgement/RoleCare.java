package io.faultline.runtime.judgement;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.judgement.Finding.Place;
import io.faultline.runtime.judgement.Verdict.Level;

/// What it means when nodes of a role are missing. One row a role.
///
/// @param role which one
/// @param noun what one of them is called
/// @param whenSome impact while others of the role are ready
/// @param whenNone impact while none is
/// @param noneLevel verdict while none is
/// @param place where an operator looks
record RoleCare(NodeRole role, String noun, String whenSome, String whenNone, Level noneLevel, Place place) {

    static RoleCare of(NodeRole role) {
        return switch (role) {
            case FRONTEND ->
                new RoleCare(
                        role,
                        "frontend",
                        "its connections are lost; the other frontends take new requests",
                        "every request is refused",
                        Level.DOWN,
                        Place.TOPOLOGY);
            case DECODE ->
                new RoleCare(
                        role,
                        "decode worker",
                        "its streams migrate; the other workers carry its load",
                        "no request can be served",
                        Level.DOWN,
                        Place.TOPOLOGY);
            case ROUTER ->
                new RoleCare(
                        role,
                        "router",
                        "the other routers serve",
                        "frontends choose workers without KV awareness; TTFT rises",
                        Level.DEGRADED,
                        Place.ROUTING);
            case PREFILL ->
                new RoleCare(
                        role,
                        "prefill worker",
                        "the other prefill workers take its jobs",
                        "decode workers prefill long prompts themselves; TTFT rises",
                        Level.DEGRADED,
                        Place.PREFILL);
            case QUEUE ->
                new RoleCare(
                        role,
                        "prefill queue",
                        "the other queues serve",
                        "decode workers prefill long prompts themselves; TTFT rises",
                        Level.DEGRADED,
                        Place.PREFILL);
            case STORE ->
                new RoleCare(
                        role,
                        "discovery store",
                        "the other members serve",
                        "workers known so far keep serving; none can join, and restarts stay unseen",
                        Level.DEGRADED,
                        Place.TOPOLOGY);
            case PLANNER ->
                new RoleCare(
                        role,
                        "planner",
                        "the other planner decides",
                        "no scaling decisions; the pool keeps its size",
                        Level.DEGRADED,
                        Place.PLANNER);
            case ORCHESTRATOR ->
                new RoleCare(
                        role,
                        "orchestrator",
                        "the other orchestrator acts",
                        "processes that end are not restarted",
                        Level.DEGRADED,
                        Place.PLANNER);
            case MACHINE ->
                new RoleCare(
                        role,
                        "machine",
                        "its processes restart on the other machines",
                        "no process can be placed",
                        Level.DEGRADED,
                        Place.PLANNER);
            case CLIENT, OPERATOR -> new RoleCare(role, "client", "none", "none", Level.DEGRADED, Place.TOPOLOGY);
        };
    }

    /// Whether its health says anything about the service.
    static boolean counts(NodeRole role) {
        return role != NodeRole.CLIENT && role != NodeRole.OPERATOR;
    }
}
