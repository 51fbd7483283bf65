package io.faultline.runtime.host.store;

import static org.junit.jupiter.api.Assumptions.abort;

import io.faultline.runtime.host.process.LocalEtcd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A real etcd for a test, with its data under a folder of the test.
final class EtcdServer {
    private EtcdServer() {}

    /// Starts one; the test is skipped when this machine has no `etcd`.
    static LocalEtcd start(Path folder) throws IOException, InterruptedException {
        Optional<Path> program = LocalEtcd.program();
        if (program.isEmpty()) {
            abort("no etcd in PATH: install the package etcd-server to run the cases against a real one");
        }
        return LocalEtcd.start(program.get(), folder);
    }
}
