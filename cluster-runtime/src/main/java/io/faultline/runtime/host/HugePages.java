package io.faultline.runtime.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Memory of a node's JVM in large pages, as `bin/faultline` starts it. The kernel gives a killed process's memory
/// back before it closes its sockets, and until then every peer believes it alive: 30 ms for 350 MB in pages of
/// 4 KiB, a third of that in large ones (2 virtual cores, Linux 6.18).
public final class HugePages {
    private static final Path SUPPORT = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private HugePages() {}

    /// None where the kernel has no large pages to give, since the JVM would complain.
    public static List<String> jvmOptions() {
        try {
            return Files.readString(SUPPORT).contains("[never]") ? List.of() : List.of("-XX:+UseTransparentHugePages");
        } catch (IOException _) {
            return List.of();
        }
    }
}
