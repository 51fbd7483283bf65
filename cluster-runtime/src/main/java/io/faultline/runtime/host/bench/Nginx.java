package io.faultline.runtime.host.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// An nginx that relays to one upstream as well as it can: no buffering, connections kept alive on both
/// sides, no log, one worker.
final class Nginx implements AutoCloseable {
    private static final int TRIES = 500;

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Optional<Path> program() {
        String path = System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(":"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Starts it and waits until it listens.
    static Nginx start(Path program, Path folder, int upstreamPort, int connections)
            throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path file = folder.resolve("nginx.conf");
        Files.writeString(file, configuration(folder, port, upstreamPort, connections));
        Process process = new ProcessBuilder(
                        List.of(program.toString(), "-p", folder.toString(), "-c", file.toString(), "-e", "stderr"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile())
                .start();
        for (int i = 0; i < TRIES; i++) {
            if (listens(port)) {
                return new Nginx(process, port);
            }
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        process.destroy();
        throw new IOException("nginx did not start: " + Files.readString(folder.resolve("nginx.log")));
    }

    private static String configuration(Path folder, int port, int upstreamPort, int connections) {
        return """
                daemon off;
                worker_processes 1;
                worker_rlimit_nofile %d;
                pid %s/nginx.pid;
                error_log stderr error;
                events { worker_connections %d; }
                http {
                  access_log off;
                  client_body_temp_path %s/body;
                  proxy_temp_path %s/proxy;
                  fastcgi_temp_path %s/fastcgi;
                  uwsgi_temp_path %s/uwsgi;
                  scgi_temp_path %s/scgi;
                  tcp_nodelay on;
                  keepalive_requests 1000000;
                  upstream streams { server 127.0.0.1:%d; keepalive %d; keepalive_requests 1000000; }
                  server {
                    listen 127.0.0.1:%d backlog=4096;
                    location / {
                      proxy_pass http://streams;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_buffering off;
                    }
                  }
                }
                """.formatted(
                        4 * connections + 100,
                        folder,
                        4 * connections + 100,
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        upstreamPort,
                        connections,
                        port);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    /// Asks the master, which ends its worker.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
