package io.faultline.console;

import io.faultline.backend.account.Role;
import io.faultline.backend.account.UserAccounts;
import io.faultline.backend.account.UserAccounts.NewPassword;
import io.faultline.backend.operation.BusyThresholdControl;
import io.faultline.backend.operation.OperationOutcome;
import io.faultline.backend.playbook.PlaybookRunRecord;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.backend.settings.ConsoleSettings;
import io.faultline.console.shell.PageLimits;
import io.faultline.playbook.report.ReportFormat;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.host.embedded.ClusterWatch;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

/// A whole console on a free port, with its cluster under load, for tests that look at it from outside.
final class RunningConsole implements AutoCloseable {
    static final String PASSWORD = "a long enough password";
    private static final long SECOND = 1_000_000_000L;

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 3, 2048, 2048, 64, 4.0, 3, 10_000_000_000L)
                    .withPrefill(1, PrefillConfig.defaults().withRules(new PrefillRules(64, 4)))
                    .withRouting(RoutingConfig.kv(2))
                    .withOrchestration(orchestration()),
            new ByteTokenizer(),
            7);
    private final ConfigurableApplicationContext context;
    private final String newcomersPassword;

    RunningConsole(Path dataDir) {
        this(dataDir, PageLimits.defaults());
    }

    RunningConsole(Path dataDir, PageLimits pages) {
        context =
                ConsoleApplication.start(ConsoleSettings.defaults().withPort(0).withDataDir(dataDir), cluster, pages);
        account("grace", Role.ADMIN);
        account("victor", Role.VIEWER);
        newcomersPassword = invented("newcomer", Role.VIEWER);
        cluster.onOperatorLoop(() -> cluster.load().start(new LoadSpec(8, 0, 20, 200, 150, 16, 0)));
    }

    /// Short intervals, so that there are decisions to look at; and time enough to start a worker by hand.
    private static OrchestrationConfig orchestration() {
        return OrchestrationConfig.on(OrchestrationConfig.machines(3, 2))
                .withLaunchNanos(10_000_000L)
                .withRestart(new OrchestrationConfig.Restart(60 * SECOND, 60 * SECOND, SECOND))
                .withPlanner(PlannerConfig.defaults(List.of(Pool.of(NodeRole.DECODE, "backend", 3, 4)))
                        .withIntervalNanos(2 * SECOND));
    }

    private void account(String name, Role role) {
        context.getBean(UserAccounts.class).changePassword(name, invented(name, role), PASSWORD);
    }

    private String invented(String name, Role role) {
        return context.getBean(UserAccounts.class).createAccount(name, role) instanceof NewPassword.Invented(String p)
                ? p
                : "";
    }

    /// The one-time password of the account that has not been used yet.
    String newcomersPassword() {
        return newcomersPassword;
    }

    String url(String path) {
        return "http://127.0.0.1:" + ConsoleApplication.port(context) + "/" + path;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    EmbeddedCluster cluster() {
        return cluster;
    }

    <T> T onCluster(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> answer.complete(question.get()));
        return answer.join();
    }

    /// Runs a playbook in virtual time as its page's button does, and waits until its report is archived.
    String simulate(String playbook, long seed) {
        PlaybookService playbooks = context.getBean(PlaybookService.class);
        String run = asOperator(() -> playbooks.runSimulated(playbook, Map.of(), seed))
                        instanceof OperationOutcome.Done(String _, String id)
                ? id
                : "";
        await(() -> playbooks.run(run).filter(PlaybookRunRecord::isArchived).isPresent());
        return run;
    }

    /// The report of an archived run as a page.
    String report(String run) {
        return context.getBean(PlaybookService.class)
                .report(run, ReportFormat.HTML)
                .orElseThrow();
    }

    private static <T> T asOperator(Supplier<T> action) {
        SecurityContextHolder.getContext()
                .setAuthentication(new TestingAuthenticationToken("grace", "", Role.OPERATOR.authority()));
        try {
            return action.get();
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    /// A worker with more of its KV blocks in use is busy.
    void useBusyThreshold(double kvBlocksShare) {
        context.getBean(BusyThresholdControl.class)
                .use("m", new BusyThresholds(kvBlocksShare, null, null), "the test")
                .join();
    }

    /// Looks again and again until it holds; the test's time-out ends a wait for what never comes.
    void await(BooleanSupplier condition) {
        new ClusterWatch(cluster).await(condition);
    }

    @Override
    public void close() {
        context.close();
        cluster.close();
    }
}
