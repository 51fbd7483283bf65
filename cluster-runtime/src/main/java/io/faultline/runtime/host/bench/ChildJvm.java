package io.faultline.runtime.host.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Java process of this class path that says when it is ready, and ends when its parent does.
final class ChildJvm implements AutoCloseable {
    private static final String READY = "ready ";

    private final Process process;
    private final String address;

    private ChildJvm(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /// Starts `program` and waits until it is ready.
    static ChildJvm start(Class<?> program, List<String> jvmOptions, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                Thread.ofVirtual().start(() -> drain(output));
                return new ChildJvm(process, line.substring(READY.length()));
            }
        }
        throw new IOException(program.getSimpleName() + " ended before it was ready");
    }

    /// A child whose output nobody reads would stop when the pipe is full.
    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // What it says after that is not for us.
            }
        } catch (IOException _) {
            // It is gone.
        }
    }

    long pid() {
        return process.pid();
    }

    /// What it said it can be reached at.
    String address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
    }

    // ---- in the child

    /// Tells the parent, and from then on ends with it: its end closes our input.
    static void ready(String address) {
        System.out.println(READY + address);
        System.out.flush();
        Thread.ofPlatform().name("parent").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is said that way.
                }
            } catch (IOException _) {
                // As good as its end.
            }
            System.exit(0);
        });
    }

    static void die(Throwable cause) {
        cause.printStackTrace();
        System.exit(1);
    }
}
