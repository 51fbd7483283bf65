package io.faultline.runtime.host.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// An etcd of one member that this process starts and ends: on free ports of the loopback interface, with its data in
/// a given folder. It can be killed and started again on the same data. For benches and tests; what it keeps is not
/// replicated.
public final class LocalEtcd implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);

    private final Path executable;
    private final Path folder;
    private final int clientPort;
    private final int peerPort;
    private Process process;

    private LocalEtcd(Path executable, Path folder) throws IOException {
        this.executable = executable;
        this.folder = folder;
        try (ServerSocket client = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.clientPort = client.getLocalPort();
            this.peerPort = peer.getLocalPort();
        }
        this.process = launch();
    }

    /// The installed program, if there is one.
    public static Optional<Path> program() {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(":"))
                .map(part -> Path.of(part, "etcd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Starts one and waits until it listens.
    /// @param folder an existing one, for data and log
    public static LocalEtcd start(Path program, Path folder) throws IOException, InterruptedException {
        LocalEtcd etcd = new LocalEtcd(program, folder);
        etcd.awaitListening();
        return etcd;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + clientPort);
    }

    /// Starts it again after [#kill], with what it knew.
    public void restart() throws IOException, InterruptedException {
        process = launch();
        awaitListening();
    }

    private Process launch() throws IOException {
        String client = endpoint().toString();
        String peer = "http://127.0.0.1:" + peerPort;
        return new ProcessBuilder(
                        executable.toString(),
                        "--name=one",
                        "--data-dir=" + folder.resolve("data"),
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=one=" + peer)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("etcd.log").toFile()))
                .start();
    }

    private void awaitListening() throws IOException, InterruptedException {
        long limit = System.nanoTime() + START_MAX.toNanos();
        while (!listens()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > limit) {
                process.destroyForcibly();
                throw new IOException("etcd did not start: " + Files.readString(folder.resolve("etcd.log")));
            }
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 1_000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// As SIGKILL ends it.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Sends a signal by name, `STOP` or `CONT`.
    public void signal(String name) throws IOException, InterruptedException {
        ChildProcess.signal(process.pid(), name);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
