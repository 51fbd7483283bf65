package io.faultline.console.bench;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.host.events.EventFile;
import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.Plan;
import io.faultline.runtime.host.process.ProcessCluster.RunningFrontend;
import io.faultline.runtime.host.process.ProcessCluster.RunningWorker;
import io.faultline.runtime.host.process.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Processes of this machine, over an etcd of their own.
final class DistributedBench implements BenchedCluster {
    /// Leases as short as etcd grants them, so that lease-only detection is shown at its best.
    private static final String SHORTEST_LEASE_SECONDS = "2";

    private static final long AWAIT_MAX_NANOS = 60_000_000_000L;
    private static final long STOP_MAX_SECONDS = 40;
    /// Small, because there are many. Loading classes brings no collection of everything, as in `bin/faultline`.
    private static final List<String> JAVA =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-XX:MetaspaceSize=128m");

    private static final Pattern INSTANCE =
            Pattern.compile("\"instance_id\":(\\d+),\"transport\":\\{\"tcp\":\"[^\"]*:(\\d+)\"");

    private final ProcessCluster cluster;
    private final RunningFrontend leaseOnly;
    private final HttpClient http = HttpClient.newHttpClient();

    private DistributedBench(ProcessCluster cluster, RunningFrontend leaseOnly) {
        this.cluster = cluster;
        this.leaseOnly = leaseOnly;
    }

    /// @param etcd the program
    /// @param folder an empty one
    static DistributedBench start(Path etcd, Path folder, int workers, double speedupRatio)
            throws IOException, InterruptedException {
        ProcessCluster cluster = ProcessCluster.start(
                etcd,
                folder,
                new Plan(
                        workers,
                        Map.of(
                                Setting.SPEEDUP_RATIO,
                                Double.toString(speedupRatio),
                                Setting.LEASE_TTL,
                                SHORTEST_LEASE_SECONDS),
                        Map.of(),
                        true,
                        JAVA));
        try {
            DistributedBench bench =
                    new DistributedBench(cluster, cluster.addFrontend(Map.of(Setting.DETECTION, "lease")));
            bench.awaitRoutable();
            return bench;
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
    }

    @Override
    public int workers() {
        return cluster.workers().size();
    }

    @Override
    public int apiPort(Detection detection) {
        return switch (detection) {
            case STREAMS -> cluster.frontends().getFirst().apiPort();
            case LEASE -> leaseOnly.apiPort();
        };
    }

    /// Asked of the frontend: on a busy machine so short a lease may run out, and the worker registers anew.
    @Override
    public long instance(int worker) throws IOException, InterruptedException {
        Long instance = listed(apiPort(Detection.STREAMS))
                .get(cluster.workers().get(worker).rpcPort());
        if (instance == null) {
            throw new IOException("a worker is not listed");
        }
        return instance;
    }

    @Override
    public Blow kill(int worker) throws IOException, InterruptedException {
        RunningWorker victim = cluster.workers().get(worker);
        try (Socket bare = new Socket(InetAddress.getLoopbackAddress(), victim.rpcPort())) {
            CompletableFuture<Long> closed = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> closed.complete(end(bare)));
            long at = System.nanoTime();
            victim.process().kill();
            return new Blow(at, closed.orTimeout(5, TimeUnit.SECONDS).join());
        }
    }

    /// Reads until the connection ends.
    private static long end(Socket bare) {
        try {
            while (bare.getInputStream().read() >= 0) {
                // What the worker says to everybody who connects.
            }
        } catch (IOException _) {
            // Reset: it ended too.
        }
        return System.nanoTime();
    }

    @Override
    public void restart(int worker) throws IOException, InterruptedException {
        cluster.restartWorker(worker);
        awaitRoutable();
    }

    @Override
    public Blow freeze(int worker) throws IOException, InterruptedException {
        long at = System.nanoTime();
        cluster.workers().get(worker).process().freeze();
        return new Blow(at, 0);
    }

    @Override
    public void thaw(int worker) throws IOException, InterruptedException {
        cluster.workers().get(worker).process().thaw();
        awaitRoutable();
    }

    /// Until both frontends list every worker that runs, and no other.
    private void awaitRoutable() throws IOException, InterruptedException {
        long limit = System.nanoTime() + AWAIT_MAX_NANOS;
        for (Detection detection : Detection.values()) {
            while (!lists(apiPort(detection))) {
                if (System.nanoTime() > limit) {
                    throw new IOException("a frontend lists " + listed(apiPort(detection)) + " and not all workers");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private boolean lists(int port) throws IOException, InterruptedException {
        Set<Integer> wanted =
                cluster.workers().stream().map(RunningWorker::rpcPort).collect(Collectors.toSet());
        return listed(port).keySet().equals(wanted);
    }

    /// Instances by the port of their request plane.
    private Map<Integer, Long> listed(int port) throws IOException, InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + port + "/health");
        Matcher instance =
                INSTANCE.matcher(http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
                        .body());
        Map<Integer, Long> listed = new HashMap<>();
        while (instance.find()) {
            listed.put(Integer.valueOf(instance.group(2)), Long.parseUnsignedLong(instance.group(1)));
        }
        return listed;
    }

    @Override
    public List<ClusterEvent> finish() throws IOException {
        for (RunningFrontend frontend : cluster.frontends()) {
            frontend.process().stop();
        }
        for (RunningFrontend frontend : cluster.frontends()) {
            frontend.process()
                    .exit()
                    .orTimeout(STOP_MAX_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
        for (RunningWorker worker : cluster.workers()) {
            worker.process().stop();
            worker.process()
                    .exit()
                    .orTimeout(STOP_MAX_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
        List<ClusterEvent> events = new ArrayList<>();
        for (Path recording : cluster.recordings()) {
            try {
                EventFile.replay(recording, events::add);
            } catch (EventFile.MalformedRecording _) {
                // A killed worker's: what it had not written yet is not there, what is there counts.
            }
        }
        return events;
    }

    @Override
    public void close() {
        http.close();
        cluster.close();
    }
}
