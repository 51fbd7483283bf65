package io.faultline.runtime.host.process;

import io.faultline.runtime.host.HugePages;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A node's process that this one started, and can do to it what an operator can. Thread-safe.
public final class ChildProcess implements AutoCloseable {
    private static final long START_MAX_SECONDS = 60;
    private static final String PROGRAM = "io.faultline.console.Faultline";

    private final String name;
    private final Process process;
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread.ofVirtual().name("output of " + name).start(this::readOutput);
    }

    /// Starts a command of this same program with the class path and the JVM of this process.
    ///
    /// @param name for messages, and `--name` of the node
    /// @param javaOptions for its JVM
    /// @param log where its standard error goes
    public static ChildProcess start(
            String name, List<String> javaOptions, ProcessRole role, Map<Setting, String> settings, Path log)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(HugePages.jvmOptions());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", classPath(), PROGRAM, role.command(), Setting.NAME.flag(), name));
        settings.forEach((setting, value) -> command.addAll(List.of(setting.flag(), value)));
        return new ChildProcess(
                name,
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start());
    }

    /// Test runners put the class path into a jar of their own and the real one into a property.
    private static String classPath() {
        String ofTests = System.getProperty("surefire.test.class.path");
        return ofTests == null ? System.getProperty("java.class.path") : ofTests;
    }

    private void readOutput() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.contains(" ready")) {
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
        ready.completeExceptionally(new IOException(name + " ended before it was ready"));
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    /// Waits for the line with which it says that it can be used.
    public String awaitReady() throws IOException {
        try {
            return ready.copy().orTimeout(START_MAX_SECONDS, TimeUnit.SECONDS).join();
        } catch (java.util.concurrent.CompletionException e) {
            throw new IOException(name + " did not become ready", e.getCause());
        }
    }

    /// As SIGKILL ends it; returns when it is gone.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// The same without waiting.
    void killSoon() {
        process.destroyForcibly();
    }

    /// Asks it to end in order, by SIGTERM.
    public void stop() {
        process.destroy();
    }

    public void freeze() throws IOException, InterruptedException {
        signal(pid(), "STOP");
    }

    public void thaw() throws IOException, InterruptedException {
        signal(pid(), "CONT");
    }

    /// Its exit code, when it has ended within that time.
    public CompletableFuture<Integer> exit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void signal(long pid, String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("cannot send SIG" + name + " to process " + pid);
        }
    }
}
