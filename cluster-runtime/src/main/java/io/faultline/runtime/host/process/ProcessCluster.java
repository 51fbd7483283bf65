package io.faultline.runtime.host.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A distributed cluster on this machine for benches and tests: an etcd, some decode workers, a frontend and routers as
/// they are wanted, each a process of its own on free ports, with its log and its recording in one folder. Whoever uses
/// it kills, freezes and
/// restarts the workers. Closing kills what is left. Not thread-safe.
public final class ProcessCluster implements AutoCloseable {
    private static final Pattern API = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern WORKER =
            Pattern.compile("decode worker (\\d+) ready at (\\S+):(\\d+), system port (\\d+)");

    private static final Pattern ROUTER = Pattern.compile("router (\\d+) ready at (\\S+):(\\d+), system port (\\d+)");

    private final Path folder;
    private final Plan plan;
    private final LocalEtcd etcd;
    private final List<RunningWorker> workers = new ArrayList<>();
    private final List<RunningFrontend> frontends = new ArrayList<>();
    private final List<Path> recordings = new ArrayList<>();
    private final List<ChildProcess> launched = new CopyOnWriteArrayList<>();
    /// Nothing may outlive this process, however it ends.
    private final Thread onExit = new Thread(this::killAll, "end of processes");
    private int starts;

    /// @param workers decode workers at the start
    /// @param forWorkers settings besides name, ports and etcd
    /// @param recorded whether each process records its events
    /// @param javaOptions of each process
    public record Plan(
            int workers,
            Map<Setting, String> forWorkers,
            Map<Setting, String> forFrontends,
            boolean recorded,
            List<String> javaOptions) {}

    /// @param instance the id it is registered under
    public record RunningWorker(ChildProcess process, long instance, int rpcPort, int systemPort) {}

    public record RunningFrontend(ChildProcess process, int apiPort) {}

    public record RunningRouter(ChildProcess process, int systemPort) {}

    private ProcessCluster(Path folder, Plan plan, LocalEtcd etcd) {
        this.folder = folder;
        this.plan = plan;
        this.etcd = etcd;
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /// Starts all processes and waits until each says that it is ready; the frontend may not know all workers yet.
    /// @param folder an empty one
    public static ProcessCluster start(Path etcdProgram, Path folder, Plan plan)
            throws IOException, InterruptedException {
        Path data = Files.createDirectories(folder.resolve("etcd"));
        ProcessCluster cluster = new ProcessCluster(folder, plan, LocalEtcd.start(etcdProgram, data));
        try {
            List<ChildProcess> starting = new ArrayList<>();
            for (int i = 0; i < plan.workers; i++) {
                starting.add(cluster.launchWorker("decode-" + i));
            }
            ChildProcess frontend = cluster.launchFrontend("frontend-0", Map.of());
            for (ChildProcess worker : starting) {
                cluster.workers.add(running(worker));
            }
            cluster.frontends.add(runningFrontend(frontend));
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
    }

    public List<RunningWorker> workers() {
        return List.copyOf(workers);
    }

    /// Those that were started, in their order.
    public List<RunningFrontend> frontends() {
        return List.copyOf(frontends);
    }

    public URI etcd() {
        return etcd.endpoint();
    }

    /// Starts a worker in the place of one that has ended, under its name, and waits until it is ready.
    public RunningWorker restartWorker(int index) throws IOException {
        RunningWorker next = running(launchWorker("decode-" + index));
        workers.set(index, next);
        return next;
    }

    /// One more frontend.
    /// @param settings besides the plan's
    public RunningFrontend addFrontend(Map<Setting, String> settings) throws IOException {
        RunningFrontend added = runningFrontend(launchFrontend("frontend-" + frontends.size(), settings));
        frontends.add(added);
        return added;
    }

    /// A router, ready to be asked.
    /// @param name that of one that has ended, or a new one
    public RunningRouter startRouter(String name) throws IOException {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(Setting.SYSTEM_PORT, "0");
        ChildProcess process = launch(name, ProcessRole.ROUTER, settings);
        return new RunningRouter(
                process, Integer.parseInt(matched(ROUTER, process).group(4)));
    }

    /// The recordings of all processes so far; whole only for those that ended in order.
    public List<Path> recordings() {
        return List.copyOf(recordings);
    }

    public Path log(String name) {
        return folder.resolve(name + ".log");
    }

    private ChildProcess launchWorker(String name) throws IOException {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(Setting.SYSTEM_PORT, "0");
        settings.putAll(plan.forWorkers);
        return launch(name, ProcessRole.DECODE, settings);
    }

    private ChildProcess launchFrontend(String name, Map<Setting, String> more) throws IOException {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(Setting.API_PORT, "0");
        settings.putAll(plan.forFrontends);
        settings.putAll(more);
        return launch(name, ProcessRole.FRONTEND, settings);
    }

    private ChildProcess launch(String name, ProcessRole role, Map<Setting, String> settings) throws IOException {
        settings.put(Setting.ETCD, etcd.endpoint().toString());
        if (plan.recorded) {
            Path file = folder.resolve(name + '-' + starts + ".events");
            recordings.add(file);
            settings.put(Setting.EVENTS, file.toString());
        }
        starts++;
        ChildProcess process = ChildProcess.start(name, plan.javaOptions, role, settings, log(name));
        launched.add(process);
        return process;
    }

    private static RunningWorker running(ChildProcess process) throws IOException {
        Matcher line = matched(WORKER, process);
        return new RunningWorker(
                process,
                Long.parseUnsignedLong(line.group(1)),
                Integer.parseInt(line.group(3)),
                Integer.parseInt(line.group(4)));
    }

    private static RunningFrontend runningFrontend(ChildProcess process) throws IOException {
        return new RunningFrontend(
                process, Integer.parseInt(matched(API, process).group(1)));
    }

    private static Matcher matched(Pattern pattern, ChildProcess process) throws IOException {
        String line = process.awaitReady();
        Matcher matcher = pattern.matcher(line);
        if (!matcher.find()) {
            process.close();
            throw new IOException(process.name() + " said '" + line + "'");
        }
        return matcher;
    }

    @Override
    public void close() {
        killAll();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException _) {
            // This process is ending.
        }
    }

    private void killAll() {
        launched.forEach(ChildProcess::close);
        etcd.close();
    }
}
