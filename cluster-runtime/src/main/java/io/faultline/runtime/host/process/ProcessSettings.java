package io.faultline.runtime.host.process;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one process was told: a checked value for each [Setting] of its role. Immutable.
public final class ProcessSettings {
    private static final double SECONDS_MAX = 1e6;
    private static final double RATIO_MAX = 1e9;

    private final ProcessRole role;
    private final Map<Setting, String> values;

    private ProcessSettings(ProcessRole role, Map<Setting, String> values) {
        this.role = role;
        this.values = values;
    }

    /// @param flags those that were given
    /// @param environment the process's variables
    /// @throws MistakenSetting when a value is not what its setting takes
    public static ProcessSettings of(ProcessRole role, Map<Setting, String> flags, Map<String, String> environment)
            throws MistakenSetting {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.of(role)) {
            String flag = flags.get(setting);
            String variable = setting.variable().isEmpty() ? null : environment.get(setting.variable());
            if (flag != null) {
                check(setting, setting.flag(), flag);
                values.put(setting, flag);
            } else if (variable != null && !variable.isBlank()) {
                check(setting, setting.variable(), variable);
                values.put(setting, variable);
            } else {
                values.put(setting, setting.standard());
            }
        }
        ProcessSettings settings = new ProcessSettings(role, values);
        settings.checkRelations();
        return settings;
    }

    private void checkRelations() throws MistakenSetting {
        if (nanos(Setting.SILENCE) < 3 * nanos(Setting.HEARTBEAT) || nanos(Setting.HEARTBEAT) == 0) {
            throw new MistakenSetting("--silence is at least three heartbeats, and --heartbeat is above 0");
        }
        if (!text(Setting.NAMESPACE).matches("[A-Za-z0-9_-]{1,64}")) {
            throw new MistakenSetting("--namespace is up to 64 letters, digits, - and _");
        }
        if (OneNamespace.BUCKETS.contains(text(Setting.NAMESPACE))) {
            throw new MistakenSetting(
                    "--namespace is none of " + String.join(", ", OneNamespace.BUCKETS) + ", which are the store's");
        }
        if (text(Setting.NAME).length() > 128) {
            throw new MistakenSetting("--name has up to 128 characters");
        }
        if (nanos(Setting.LEASE_TTL) == 0) {
            throw new MistakenSetting("--lease-ttl is above 0");
        }
        if (has(Setting.ETCD_CA) && !Files.isReadable(Path.of(text(Setting.ETCD_CA)))) {
            throw new MistakenSetting(
                    "--etcd-ca must be a PEM file that can be read, got '" + text(Setting.ETCD_CA) + "'");
        }
        switch (role) {
            case FRONTEND -> checkFrontend();
            case DECODE -> checkWorker();
            case ROUTER -> checkPaths();
        }
    }

    private void checkFrontend() throws MistakenSetting {
        if (count(Setting.BODY_LIMIT) < 1) {
            throw new MistakenSetting("--body-limit is at least 1 MiB");
        }
    }

    private void checkWorker() throws MistakenSetting {
        if (!text(Setting.ENGINE).equals("modelled")) {
            throw new MistakenSetting(
                    "--engine " + text(Setting.ENGINE) + " is not in this version; use --engine modelled");
        }
        checkPaths();
        if (nanos(Setting.CANARY_WAIT) == 0 || nanos(Setting.CANARY_TIMEOUT) == 0) {
            throw new MistakenSetting("--canary-wait and --canary-timeout are above 0");
        }
        if (isTrue(Setting.FAULT_INJECTION) && !isThisMachine(host(Setting.SYSTEM_HOST))) {
            throw new MistakenSetting("--fault-injection true goes with --system-host 127.0.0.1, because nobody is"
                    + " asked who they are there");
        }
        if (16L * count(Setting.KV_BLOCKS) < count(Setting.CONTEXT_TOKENS) || count(Setting.CONTEXT_TOKENS) == 0) {
            throw new MistakenSetting("--kv-blocks of 16 tokens hold at least one context (--context-tokens)");
        }
        if (count(Setting.SEQUENCES_MAX) < 1 || count(Setting.SEQUENCES_MAX) > 2048) {
            throw new MistakenSetting("--max-num-seqs is 1 to 2048");
        }
    }

    private void checkPaths() throws MistakenSetting {
        String health = text(Setting.SYSTEM_HEALTH_PATH);
        if (!health.startsWith("/")
                || !text(Setting.SYSTEM_LIVE_PATH).startsWith("/")
                || health.equals(text(Setting.SYSTEM_LIVE_PATH))) {
            throw new MistakenSetting("--system-health-path and --system-live-path are two paths that begin with /");
        }
    }

    private static boolean isThisMachine(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
    }

    public ProcessRole role() {
        return role;
    }

    public String text(Setting setting) {
        String value = values.get(setting);
        if (value == null) {
            throw new IllegalArgumentException(setting + " is no setting of a " + role.command());
        }
        return value;
    }

    public int count(Setting setting) {
        return Integer.parseInt(text(setting));
    }

    /// Of a choice between true and false.
    boolean isTrue(Setting setting) {
        return text(setting).equals("true");
    }

    public long nanos(Setting setting) {
        return Math.round(Double.parseDouble(text(setting)) * 1e9);
    }

    public double ratio(Setting setting) {
        return Double.parseDouble(text(setting));
    }

    /// Whether an optional setting was given.
    public boolean has(Setting setting) {
        return !text(setting).isEmpty();
    }

    /// Of the servers; all have the same scheme.
    public List<URI> urls(Setting setting) {
        return Endpoints.urls(text(setting));
    }

    /// An address to listen at, without brackets.
    public String host(Setting setting) {
        return Endpoints.bare(text(setting));
    }

    private static void check(Setting setting, String given, String value) throws MistakenSetting {
        if (setting.kind() == Setting.Kind.URLS) {
            Optional<String> problem = Endpoints.problemWithUrls(value);
            if (problem.isPresent()) {
                throw new MistakenSetting(given + " must be " + setting.allowed() + "; " + problem.get());
            }
            return;
        }
        if (!isAllowed(setting, value)) {
            String shown = value.length() > 80 ? value.substring(0, 80) + '…' : value;
            throw new MistakenSetting(given + " is " + setting.allowed() + ", not '" + shown + "'");
        }
    }

    private static boolean isAllowed(Setting setting, String value) {
        try {
            return switch (setting.kind()) {
                case TEXT -> !value.isBlank();
                case URLS -> Endpoints.problemWithUrls(value).isEmpty();
                case HOST -> Endpoints.isHost(value);
                case PORT -> isBetween(Integer.parseInt(value), 0, 65_535);
                case COUNT -> Integer.parseInt(value) >= 0;
                case SECONDS -> isBetween(Double.parseDouble(value), 0, SECONDS_MAX);
                case RATIO -> isBetween(Double.parseDouble(value), Double.MIN_NORMAL, RATIO_MAX);
                case WEIGHT -> isBetween(Double.parseDouble(value), 0, RATIO_MAX);
                case SHARE -> isBetween(Double.parseDouble(value), 0, 1);
                case CHOICE -> List.of(setting.parameter().split("\\|")).contains(value);
            };
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// False for what is not a number.
    private static boolean isBetween(double value, double least, double most) {
        return value >= least && value <= most;
    }
}
