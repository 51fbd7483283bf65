package io.faultline.console.command;

import io.faultline.runtime.host.process.CannotStart;
import io.faultline.runtime.host.process.MistakenSetting;
import io.faultline.runtime.host.process.NodeProcess;
import io.faultline.runtime.host.process.ProcessRole;
import io.faultline.runtime.host.process.ProcessSettings;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.host.process.Signals;
import io.faultline.runtime.seam.NodeExit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Runs one node until it is told to stop, or cannot go on: exit code 0 when it ended in order, 1 otherwise. The
/// options are those [Setting] lists for the role.
public final class NodeCommand implements Callable<Integer> {
    /// What a node that was told twice to stop may still take.
    private static final long LAST_MOMENT_MILLIS = 1_000;

    private static final int FORCED = 1;

    private final ProcessRole role;
    private final CommandSpec spec;

    private NodeCommand(ProcessRole role) {
        this.role = role;
        this.spec = CommandSpec.wrapWithoutInspection(this).name(role.command()).mixinStandardHelpOptions(true);
        spec.usageMessage().description("Run one " + role.command() + " of a distributed cluster, over etcd.");
        for (Setting setting : Setting.of(role)) {
            spec.addOption(OptionSpec.builder(setting.flag())
                    .type(String.class)
                    .paramLabel(setting.parameter())
                    .description(describe(setting))
                    .build());
        }
    }

    public static CommandSpec of(ProcessRole role) {
        return new NodeCommand(role).spec;
    }

    private static String describe(Setting setting) {
        String origin = setting.variable().isEmpty() ? "" : "; or " + setting.variable();
        String standard = setting.standard().isEmpty() ? "" : " (default " + setting.standard() + origin + ")";
        return setting.meaning() + standard;
    }

    @Override
    public Integer call() {
        NodeProcess process = start();
        Signals.onTermination(process::stop, () -> {
            process.stop();
            CompletableFuture.delayedExecutor(LAST_MOMENT_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> Runtime.getRuntime().halt(FORCED));
        });
        var _ = process.ready().thenAccept(System.out::println);
        NodeExit exit = process.ended().join();
        if (exit.code() != 0) {
            System.err.println("faultline: the " + role.command() + " ended: " + exit.reason());
        }
        return exit.code();
    }

    private NodeProcess start() {
        try {
            return NodeProcess.start(ProcessSettings.of(role, given(), System.getenv()));
        } catch (MistakenSetting | CannotStart e) {
            throw new UserMistake(String.valueOf(e.getMessage()));
        }
    }

    private Map<Setting, String> given() {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.of(role)) {
            String value = spec.findOption(setting.flag()).getValue();
            if (value != null) {
                given.put(setting, value);
            }
        }
        return given;
    }
}
