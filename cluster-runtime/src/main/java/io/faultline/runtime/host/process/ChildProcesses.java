package io.faultline.runtime.host.process;

import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.orchestrator.ProcessHost;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The processes that one JVM has started on its machine, by name. Each end is told once, whoever brought it about: an
/// operator's `kill` as much as an order. Confined to the operator's loop.
final class ChildProcesses implements ProcessHost {
    /// What the kernel adds to the number of the signal that ended a process.
    private static final int SIGNALLED = 128;

    private final NodeLoop loop;
    private final Plan plan;
    private final ExitListener exits;
    private final Map<NodeId, Child> children = new LinkedHashMap<>();

    /// @param settings of each role's processes, besides their name
    /// @param javaOptions of their JVMs
    /// @param folder for their logs
    record Plan(Map<ProcessRole, Map<Setting, String>> settings, List<String> javaOptions, Path folder) {}

    interface ExitListener {
        void exited(NodeId process, StopKind how, String detail);
    }

    /// Null while it is down.
    private static final class Child {
        private @Nullable ChildProcess running;
    }

    ChildProcesses(NodeLoop loop, Plan plan, ExitListener exits) {
        this.loop = loop;
        this.plan = plan;
        this.exits = exits;
    }

    @Override
    public ProcessState state(NodeId process) {
        Child child = children.get(process);
        if (child == null) {
            return ProcessState.UNKNOWN;
        }
        return child.running == null ? ProcessState.DOWN : ProcessState.RUNNING;
    }

    @Override
    public void start(NodeId process, NodeRole role) {
        Child child = children.computeIfAbsent(process, _ -> new Child());
        if (child.running != null) {
            return;
        }
        try {
            ChildProcess started = launch(process, role);
            child.running = started;
            var _ = started.exit().thenAccept(code -> loop.post(() -> ended(process, child, started, code)));
        } catch (IOException e) {
            loop.post(() -> exits.exited(process, StopKind.FAILED, "it could not be started: " + e.getMessage()));
        }
    }

    private ChildProcess launch(NodeId process, NodeRole role) throws IOException {
        ProcessRole command =
                ProcessRole.of(role).orElseThrow(() -> new IOException("there is no command for a " + process));
        return ChildProcess.start(
                process.value(),
                plan.javaOptions(),
                command,
                plan.settings().getOrDefault(command, Map.of()),
                plan.folder().resolve(process.value() + ".log"));
    }

    private void ended(NodeId process, Child child, ChildProcess which, int code) {
        if (child.running != which) {
            return;
        }
        child.running = null;
        StopKind how = code == 0 ? StopKind.STOPPED : code > SIGNALLED ? StopKind.KILLED : StopKind.FAILED;
        exits.exited(process, how, "it exited with code " + code);
    }

    @Override
    public void fail(NodeId process, String why) {
        kill(process);
    }

    @Override
    public void stop(NodeId process) {
        running(process).ifPresent(ChildProcess::stop);
    }

    @Override
    public void kill(NodeId process) {
        running(process).ifPresent(ChildProcess::killSoon);
    }

    @Override
    public void forget(NodeId process) {
        children.remove(process);
    }

    Optional<ChildProcess> running(NodeId process) {
        Child child = children.get(process);
        return child == null ? Optional.empty() : Optional.ofNullable(child.running);
    }

    List<ChildProcess> all() {
        List<ChildProcess> all = new ArrayList<>();
        for (Child child : children.values()) {
            if (child.running != null) {
                all.add(child.running);
            }
        }
        return all;
    }
}
