package io.faultline.runtime.host.store;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
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

/// A real etcd of one member, on free ports of the loopback interface, with its data under a folder of the test. It
/// can be killed, stopped with SIGSTOP and started again on the same data; what it leaves behind is what SIGKILL
/// leaves behind.
final class EtcdServer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);

    private final Path executable;
    private final Path folder;
    private final int clientPort;
    private final int peerPort;
    private Process process;

    private EtcdServer(Path executable, Path folder) throws IOException {
        this.executable = executable;
        this.folder = folder;
        try (ServerSocket client = free();
                ServerSocket peer = free()) {
            this.clientPort = client.getLocalPort();
            this.peerPort = peer.getLocalPort();
        }
    }

    /// Starts one; the test is skipped when this machine has no `etcd`.
    static EtcdServer start(Path folder) throws IOException, InterruptedException {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(":"))
                .map(part -> Path.of(part, "etcd"))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            abort("no etcd in PATH: install the package etcd-server to run the cases against a real one");
        }
        EtcdServer server = new EtcdServer(found.get(), folder);
        server.start();
        return server;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + clientPort);
    }

    void start() throws IOException, InterruptedException {
        String client = endpoint().toString();
        String peer = "http://127.0.0.1:" + peerPort;
        ProcessBuilder builder = new ProcessBuilder(
                executable.toString(),
                "--name=one",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=one=" + peer);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("etcd.log").toFile()));
        process = builder.start();
        awaitListening();
    }

    private void awaitListening() throws IOException, InterruptedException {
        long limit = System.nanoTime() + START_MAX.toNanos();
        while (!listens()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > limit) {
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

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Sends a signal by name, `STOP` or `CONT`.
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ServerSocket free() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
