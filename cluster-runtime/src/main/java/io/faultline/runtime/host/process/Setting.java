package io.faultline.runtime.host.process;

import java.util.Arrays;
import java.util.List;

/// Everything that a process can be told. A flag goes before its environment variable, that before the default.
/// Variables named `DYN_…` are Dynamo's and mean the same.
public enum Setting {
    ETCD(
            "--etcd",
            "URL[,URL…]",
            "ETCD_ENDPOINTS",
            "http://127.0.0.1:2379",
            Kind.URLS,
            "where etcd is; https:// is spoken to over TLS"),
    ETCD_CA(
            "--etcd-ca",
            "FILE",
            "ETCD_TRUSTED_CA_FILE",
            "",
            Kind.TEXT,
            "PEM file of the authority that signed etcd's certificate; by default those the JDK trusts"),
    NAMESPACE(
            "--namespace",
            "NAME",
            "DYN_NAMESPACE",
            "dynamo",
            Kind.TEXT,
            "workers and frontends of one namespace find each other; letters, digits, - and _"),
    NAME("--name", "NAME", "", "", Kind.TEXT, "the node's name; by default its role and process id"),
    LEASE_TTL(
            "--lease-ttl",
            "SECONDS",
            "ETCD_LEASE_TTL",
            "10",
            Kind.SECONDS,
            "after this a silent worker is deregistered"),
    HEARTBEAT("--heartbeat", "SECONDS", "", "0.1", Kind.SECONDS, "longest silence of a worker that has streams"),
    SILENCE(
            "--silence",
            "SECONDS",
            "",
            "0.35",
            Kind.SECONDS,
            "silence after which a worker is given up; at least three heartbeats"),
    EVENTS("--events", "FILE", "", "", Kind.TEXT, "record every event here"),

    API_HOST(
            "--api-host",
            "ADDRESS",
            "DYN_HTTP_HOST",
            "127.0.0.1",
            Kind.HOST,
            "address of the API",
            ProcessRole.FRONTEND),
    API_PORT(
            "--api-port", "PORT", "DYN_HTTP_PORT", "8000", Kind.PORT, "port of the API; 0 = any", ProcessRole.FRONTEND),
    API_GRACE(
            "--api-grace",
            "SECONDS",
            "DYN_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT_SECS",
            "5",
            Kind.SECONDS,
            "how long a stopping frontend lets answers end",
            ProcessRole.FRONTEND),
    BODY_LIMIT(
            "--body-limit",
            "MIB",
            "DYN_HTTP_BODY_LIMIT_MB",
            "45",
            Kind.COUNT,
            "largest body of a request",
            ProcessRole.FRONTEND),
    MIGRATION_LIMIT(
            "--migration-limit",
            "N",
            "",
            "3",
            Kind.COUNT,
            "most migrations of a request; 0 = off",
            ProcessRole.FRONTEND),
    MIGRATION_MAX_SEQ_LEN(
            "--migration-max-seq-len",
            "TOKENS",
            "",
            "2147483647",
            Kind.COUNT,
            "longest prompt and answer so far that may migrate",
            ProcessRole.FRONTEND),
    MIGRATION_PATIENCE(
            "--migration-patience",
            "SECONDS",
            "",
            "1",
            Kind.SECONDS,
            "how long requests wait for a model that lost its last worker",
            ProcessRole.FRONTEND),
    BUSY_DECODE_BLOCKS(
            "--active-decode-blocks-threshold",
            "SHARE",
            "",
            "",
            Kind.SHARE,
            "share of KV blocks from which a worker is busy",
            ProcessRole.FRONTEND),
    BUSY_PREFILL_TOKENS(
            "--active-prefill-tokens-threshold",
            "TOKENS",
            "",
            "",
            Kind.COUNT,
            "waiting prompt tokens from which a worker is busy",
            ProcessRole.FRONTEND),
    BUSY_PREFILL_FRACTION(
            "--active-prefill-tokens-threshold-frac",
            "RATIO",
            "",
            "",
            Kind.RATIO,
            "the same as a multiple of an iteration's tokens",
            ProcessRole.FRONTEND),
    ADAPTIVE_LIMIT(
            "--adaptive-limit",
            "true|false",
            "",
            "false",
            Kind.CHOICE,
            "whether requests in flight are limited by measured latency",
            ProcessRole.FRONTEND),
    CONNECT_TIMEOUT(
            "--connect-timeout",
            "SECONDS",
            "DYN_TCP_CONNECT_TIMEOUT",
            "5",
            Kind.SECONDS,
            "longest wait for a connection to a worker",
            ProcessRole.FRONTEND),
    DETECTION(
            "--detection",
            "streams|lease",
            "",
            "streams",
            Kind.CHOICE,
            "what a dead worker is known by: its streams, or its lease alone (to measure the difference)",
            ProcessRole.FRONTEND),

    ROUTER_MODE(
            "--router-mode",
            "round-robin|random|least-loaded|kv",
            "DYN_ROUTER_MODE",
            "round-robin",
            Kind.CHOICE,
            "how workers are chosen; kv asks the routers, and is least-loaded while none answers",
            ProcessRole.FRONTEND),
    OVERLAP_WEIGHT(
            "--kv-overlap-score-weight",
            "WEIGHT",
            "DYN_KV_OVERLAP_SCORE_WEIGHT",
            "1",
            Kind.WEIGHT,
            "how much a prompt's uncached blocks weigh against blocks in use; 0 = look at the load alone",
            ProcessRole.ROUTER),
    ROUTER_TEMPERATURE(
            "--router-temperature",
            "WEIGHT",
            "DYN_ROUTER_TEMPERATURE",
            "0",
            Kind.WEIGHT,
            "0 = always the cheapest worker, above = by chance, the more the higher",
            ProcessRole.ROUTER),

    ENGINE(
            "--engine",
            "modelled|native|external",
            "",
            "modelled",
            Kind.CHOICE,
            "what generates the tokens; native and external are not in this version",
            ProcessRole.DECODE),
    MODEL("--model", "NAME", "", "faultline-13b", Kind.TEXT, "name of the served model", ProcessRole.DECODE),
    SPEEDUP_RATIO(
            "--speedup-ratio",
            "RATIO",
            "",
            "1",
            Kind.RATIO,
            "how much faster than the modelled GPU the engine runs",
            ProcessRole.DECODE),
    CONTEXT_TOKENS(
            "--context-tokens", "N", "", "8192", Kind.COUNT, "longest prompt and answer together", ProcessRole.DECODE),
    KV_BLOCKS("--kv-blocks", "N", "", "3840", Kind.COUNT, "KV blocks, 16 tokens each", ProcessRole.DECODE),
    SEQUENCES_MAX("--max-num-seqs", "N", "", "256", Kind.COUNT, "most sequences in a batch", ProcessRole.DECODE),
    RPC_HOST(
            "--rpc-host",
            "ADDRESS",
            "DYN_TCP_RPC_HOST",
            "127.0.0.1",
            Kind.HOST,
            "address that the others connect to",
            ProcessRole.DECODE,
            ProcessRole.ROUTER),
    RPC_PORT(
            "--rpc-port",
            "PORT",
            "DYN_TCP_RPC_PORT",
            "0",
            Kind.PORT,
            "port that the others connect to; 0 = any",
            ProcessRole.DECODE,
            ProcessRole.ROUTER),
    SYSTEM_HOST(
            "--system-host",
            "ADDRESS",
            "DYN_SYSTEM_HOST",
            "127.0.0.1",
            Kind.HOST,
            "address of its health and metrics",
            ProcessRole.DECODE,
            ProcessRole.ROUTER),
    SYSTEM_PORT(
            "--system-port",
            "PORT",
            "DYN_SYSTEM_PORT",
            "9090",
            Kind.PORT,
            "port of its health and metrics; 0 = any",
            ProcessRole.DECODE,
            ProcessRole.ROUTER),
    SYSTEM_HEALTH_PATH(
            "--system-health-path",
            "PATH",
            "DYN_SYSTEM_HEALTH_PATH",
            "/health",
            Kind.TEXT,
            "where readiness is asked",
            ProcessRole.DECODE,
            ProcessRole.ROUTER),
    SYSTEM_LIVE_PATH(
            "--system-live-path",
            "PATH",
            "DYN_SYSTEM_LIVE_PATH",
            "/live",
            Kind.TEXT,
            "where liveness is asked",
            ProcessRole.DECODE,
            ProcessRole.ROUTER),
    FAULT_INJECTION(
            "--fault-injection",
            "true|false",
            "",
            "false",
            Kind.CHOICE,
            "whether who reaches the system port may break the engine; for a port on this machine alone",
            ProcessRole.DECODE),
    HEALTH_CHECK(
            "--health-check",
            "true|false",
            "DYN_HEALTH_CHECK_ENABLED",
            "true",
            Kind.CHOICE,
            "whether the worker sends its engine canaries",
            ProcessRole.DECODE),
    CANARY_WAIT(
            "--canary-wait",
            "SECONDS",
            "DYN_CANARY_WAIT_TIME",
            "10",
            Kind.SECONDS,
            "idle time before a canary",
            ProcessRole.DECODE),
    CANARY_TIMEOUT(
            "--canary-timeout",
            "SECONDS",
            "DYN_HEALTH_CHECK_REQUEST_TIMEOUT",
            "3",
            Kind.SECONDS,
            "longest time for a canary's answer",
            ProcessRole.DECODE),
    ON_STOP(
            "--on-stop",
            "migrate|drain",
            "",
            "migrate",
            Kind.CHOICE,
            "whether a stopping worker hands its streams over or lets them end",
            ProcessRole.DECODE),
    WORKER_GRACE(
            "--grace",
            "SECONDS",
            "DYN_WORKER_GRACEFUL_SHUTDOWN_TIMEOUT",
            "30",
            Kind.SECONDS,
            "how long a stopping worker may take",
            ProcessRole.DECODE);

    private final String flag;
    private final String parameter;
    private final String variable;
    private final String standard;
    private final Kind kind;
    private final String meaning;
    /// Immutable, as [List#of] makes it.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<ProcessRole> roles;

    /// @param roles that have it; none = all
    Setting(
            String flag,
            String parameter,
            String variable,
            String standard,
            Kind kind,
            String meaning,
            ProcessRole... roles) {
        this.flag = flag;
        this.parameter = parameter;
        this.variable = variable;
        this.standard = standard;
        this.kind = kind;
        this.meaning = meaning;
        this.roles = List.of(roles);
    }

    /// What a value has to look like.
    enum Kind {
        TEXT("a text"),
        URLS("one or more URLs like http://127.0.0.1:2379 or https://[::1]:2379, with commas"),
        HOST("a host name, an IPv4 address, or an IPv6 address"),
        PORT("a port from 0 to 65535"),
        COUNT("a whole number from 0 to 2147483647"),
        SECONDS("a number of seconds such as 0.5, at most 1000000"),
        RATIO("a number above 0"),
        WEIGHT("a number from 0 up"),
        SHARE("a number from 0 to 1"),
        /// The choices are the setting's parameter.
        CHOICE("");

        private final String allowed;

        Kind(String allowed) {
            this.allowed = allowed;
        }
    }

    public static List<Setting> of(ProcessRole role) {
        return Arrays.stream(values())
                .filter(s -> s.roles.isEmpty() || s.roles.contains(role))
                .toList();
    }

    /// The roles that have it; none = all.
    public List<ProcessRole> roles() {
        return roles;
    }

    public String flag() {
        return flag;
    }

    public String parameter() {
        return parameter;
    }

    /// Empty when there is none.
    public String variable() {
        return variable;
    }

    public String standard() {
        return standard;
    }

    public String meaning() {
        return meaning;
    }

    Kind kind() {
        return kind;
    }

    /// For people.
    String allowed() {
        return kind == Kind.CHOICE ? "one of " + parameter.replace("|", ", ") : kind.allowed;
    }
}
