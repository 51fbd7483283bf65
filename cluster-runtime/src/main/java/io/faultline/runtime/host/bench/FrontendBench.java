package io.faultline.runtime.host.bench;

import io.faultline.runtime.host.HugePages;
import io.faultline.runtime.host.bench.FrontendBenchReport.Held;
import io.faultline.runtime.host.bench.FrontendBenchReport.Side;
import io.faultline.runtime.seam.Invariants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What a chunk costs our frontend beside nginx, in pairs, and whether many streams keep their pace. Both
/// servers run the whole time, and one at a time has work. Blocks its caller for as long as it takes.
public final class FrontendBench {
    /// As `bin/faultline` starts a frontend.
    private static final List<String> NODE_OPTIONS = Stream.concat(
                    HugePages.jvmOptions().stream(),
                    Stream.of(
                            "-Xmx512m",
                            "-XX:+UseCompactObjectHeaders",
                            "-XX:MetaspaceSize=128m",
                            "-Dio.netty.leakDetection.level=disabled"))
            .toList();

    private static final int SETTLE_MAX = 12;
    private static final double RESTING_SHARE = 0.03;

    private final Settings settings;
    private final Consumer<String> progress;

    /// @param streams open at the same time while the sides are compared
    /// @param tokensPerSecond of each stream
    /// @param chunks of a stream, after which the next one begins on the same connection
    /// @param workers behind the frontend, whose steps are spread over the pace
    /// @param pairs of measurements
    /// @param measureNanos of one measurement
    /// @param warmNanos of work before the first measurement: for the frontend with all the streams of the
    ///     last one, since its compiler is busy for longer than that with few; for nginx a quarter of it
    /// @param heldStreams open at the same time when the frontend is alone; 0 leaves that out
    /// @param frontendOptions of the frontend's JVM
    public record Settings(
            int streams,
            int tokensPerSecond,
            int chunks,
            int workers,
            int pairs,
            long measureNanos,
            long warmNanos,
            int heldStreams,
            List<String> frontendOptions) {
        public Settings {
            Invariants.check(streams >= 1 && tokensPerSecond >= 1 && chunks >= 3, "streams of at least 3 chunks");
            Invariants.check(workers >= 1 && pairs >= 1 && measureNanos > 0, "at least one worker and one pair");
        }

        public static Settings defaults() {
            long second = 1_000_000_000L;
            return new Settings(200, 50, 64, 4, 5, 6 * second, 45 * second, 1000, NODE_OPTIONS);
        }

        long paceNanos() {
            return 1_000_000_000L / tokensPerSecond;
        }
    }

    public FrontendBench(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /// What keeps it from running on this machine, in one line.
    public static Optional<String> obstacle() {
        if (!CpuClock.isAvailable()) {
            return Optional.of("processor time is read from Linux's /proc, which is not here");
        }
        if (Nginx.program().isEmpty()) {
            return Optional.of("nginx is not installed; on Debian: apt-get install nginx-light");
        }
        return Optional.empty();
    }

    public FrontendBenchReport run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("faultline-bench");
        String pace = Long.toString(settings.paceNanos());
        String batches = Integer.toString(settings.workers());
        List<String> small = List.of("-Xmx256m");
        try (ChildJvm generator = ChildJvm.start(TokenGenerator.class, small, List.of(batches, pace));
                ChildJvm frontend = ChildJvm.start(
                        FrontendProgram.class, settings.frontendOptions(), List.of(generator.address()));
                ChildJvm upstream = ChildJvm.start(
                        EventStreams.class, small, List.of(batches, pace, Integer.toString(settings.chunks())));
                Nginx nginx = Nginx.start(
                        Nginx.program().orElseThrow(),
                        folder,
                        Integer.parseInt(upstream.address()),
                        settings.streams())) {
            int port = Integer.parseInt(frontend.address());
            progress.accept("warming up");
            measure(frontend.pid(), port, Math.max(settings.streams(), settings.heldStreams()), settings.warmNanos());
            settle(frontend.pid(), port);
            measure(nginx.pid(), nginx.port(), settings.streams(), settings.warmNanos() / 4);
            List<Side> ours = new ArrayList<>();
            List<Side> theirs = new ArrayList<>();
            for (int i = 0; i < settings.pairs(); i++) {
                progress.accept("pair " + (i + 1) + " of " + settings.pairs());
                ours.add(measure(frontend.pid(), port, settings.streams(), settings.measureNanos()));
                theirs.add(measure(nginx.pid(), nginx.port(), settings.streams(), settings.measureNanos()));
            }
            Held held = null;
            if (settings.heldStreams() > 0) {
                progress.accept(settings.heldStreams() + " streams");
                Side side = measure(frontend.pid(), port, settings.heldStreams(), 2 * settings.measureNanos());
                held = new Held(settings.heldStreams(), settings.heldStreams() * settings.tokensPerSecond(), side);
            }
            return new FrontendBenchReport(settings, ours, theirs, held);
        } finally {
            delete(folder);
        }
    }

    /// Until the compiler rests: with some hundred requests a second it comes late to what only requests need, and then
    /// takes as much time as a fifth of the tokens do.
    private void settle(long pid, int port) throws InterruptedException {
        for (int i = 0; i < SETTLE_MAX; i++) {
            long compilerBefore = CpuClock.compilerMicrosOf(pid);
            Side side = measure(pid, port, settings.streams(), settings.warmNanos() / 4);
            if (CpuClock.compilerMicrosOf(pid) - compilerBefore < RESTING_SHARE * side.cpuMicros()) {
                return;
            }
            progress.accept("the frontend is still being compiled");
        }
    }

    private Side measure(long pid, int port, int streams, long nanos) throws InterruptedException {
        try (StreamClients clients = new StreamClients(port, streams, settings.chunks(), settings.paceNanos())) {
            // Until the last client has begun, and all of them run.
            TimeUnit.NANOSECONDS.sleep(settings.paceNanos() * (settings.chunks() + settings.chunks() / 4));
            StreamClients.Snapshot before = clients.snapshot();
            long cpuBefore = CpuClock.microsOf(pid);
            long machineBefore = CpuClock.machineMicros();
            TimeUnit.NANOSECONDS.sleep(nanos);
            long cpu = CpuClock.microsOf(pid) - cpuBefore;
            long machine = CpuClock.machineMicros() - machineBefore;
            StreamClients.Snapshot seen = clients.snapshot().since(before);
            return new Side(seen.atNanos(), cpu, machine, seen.chunks(), seen.broken(), seen.gaps());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
