package io.faultline.console.command;

import io.faultline.backend.settings.ConsoleSettings;
import io.faultline.backend.startup.DataDirectory;
import io.faultline.backend.startup.StartupProblem;
import io.faultline.backend.startup.StartupProblems;
import io.faultline.console.ConsoleApplication;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.host.embedded.ApiServer;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.host.process.Signals;
import io.faultline.runtime.host.tensorboard.PlannerTrail;
import io.faultline.runtime.host.tensorboard.SummaryFile;
import io.faultline.runtime.text.BpeTokenizer;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Starts the console with its demo cluster and goes on until it is told to stop.
@Command(
        name = "console",
        description = "Start the console and a cluster in this process (the default).",
        mixinStandardHelpOptions = true)
public final class ConsoleCommand implements Callable<Integer> {
    /// Returned while the console runs on.
    public static final int RUNNING = -1;

    private static final int KILLED = 1;

    private static final LoadSpec DEMO_TRAFFIC = new LoadSpec(90, 0, 200, 1200, 320, 128, 8_000_000_000L);

    @Option(names = "--port", defaultValue = "8080", description = "Port of the console (default 8080).")
    private int port;

    @Option(names = "--api-port", defaultValue = "8000", description = "Port of the OpenAI API (default 8000).")
    private int apiPort;

    @Option(names = "--cluster", paramLabel = "FILE", description = "A JSON file that describes the cluster.")
    private @Nullable Path clusterFile;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Where accounts and reports are kept (default ./data).")
    private Path dataDir = Path.of("data");

    @Option(names = "--no-traffic", description = "Without the synthetic clients.")
    private boolean noTraffic;

    @Override
    public Integer call() {
        ConsoleSettings settings = settings();
        ClusterConfig config = clusterFile == null ? DemoCluster.toLookAt() : ClusterFile.read(clusterFile);
        EmbeddedCluster cluster = EmbeddedCluster.start(config, BpeTokenizer.cl100kBase(), System.nanoTime());
        ApiServer api = new ApiServer(cluster);
        try {
            DataDirectory.prepare(settings.dataDir());
            if (config.orchestration().planner().isOn()) {
                PlannerTrail trail = plannerTrail(settings.dataDir());
                cluster.onOperatorLoop(() -> cluster.subscribe(trail));
            }
            int bound = api.start(settings.apiPort());
            if (settings.traffic()) {
                WhenReady.run(cluster, () -> cluster.load().start(DEMO_TRAFFIC));
            }
            ConfigurableApplicationContext context = ConsoleApplication.start(settings, cluster);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                // The API first, while its requests can still be answered.
                api.stop();
                context.close();
                cluster.close();
            }));
            Signals.onTermination(
                    () -> System.exit(0), () -> Runtime.getRuntime().halt(KILLED));
            int consolePort = ConsoleApplication.port(context);
            System.out.println("Console:    http://127.0.0.1:" + consolePort + "/");
            System.out.println("OpenAI API: http://127.0.0.1:" + bound + "/v1");
            return RUNNING;
        } catch (ApiServer.CannotListen e) {
            cluster.close();
            throw new UserMistake(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            api.stop();
            cluster.close();
            Optional<StartupProblem> problem = StartupProblems.of(e, settings);
            if (problem.isPresent()) {
                throw new UserMistake(problem.get().line());
            }
            throw e;
        }
    }

    /// Every record is on disk at once, so that nothing has to close it.
    private static PlannerTrail plannerTrail(Path dataDir) {
        try {
            return new PlannerTrail(new SummaryFile(dataDir.resolve("tensorboard"), Clock.systemUTC()));
        } catch (IOException e) {
            throw new UserMistake("cannot write the planner's decisions to " + dataDir.resolve("tensorboard") + ": "
                    + e.getMessage() + "; choose another --data-dir");
        }
    }

    private ConsoleSettings settings() {
        try {
            return new ConsoleSettings(port, apiPort, dataDir, clusterFile, !noTraffic);
        } catch (IllegalArgumentException e) {
            throw new UserMistake(String.valueOf(e.getMessage()));
        }
    }
}
