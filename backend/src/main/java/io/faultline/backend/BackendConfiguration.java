package io.faultline.backend;

import io.faultline.backend.account.FirstStart;
import io.faultline.backend.account.SignInThrottle;
import io.faultline.backend.account.ThrottledSignIn;
import io.faultline.backend.account.UserAccounts;
import io.faultline.backend.api.ApiDescription;
import io.faultline.backend.api.ApiErrors;
import io.faultline.backend.api.ClusterController;
import io.faultline.backend.api.PlaybookController;
import io.faultline.backend.api.UnknownPathController;
import io.faultline.backend.audit.AuditLog;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ClusterHealth;
import io.faultline.backend.feed.FeedLimits;
import io.faultline.backend.feed.WorldFeed;
import io.faultline.backend.operation.AccountAdministration;
import io.faultline.backend.operation.BusyThresholdControl;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.backend.operation.MachineControl;
import io.faultline.backend.operation.Permissions;
import io.faultline.backend.operation.RequestCancellation;
import io.faultline.backend.playbook.ConsolePlaybooks;
import io.faultline.backend.playbook.PlaybookArchive;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.backend.playbook.PlaybookSimulation;
import io.faultline.backend.playbook.RunLedger;
import io.faultline.backend.playbook.SimulationQueue;
import io.faultline.backend.playbook.TwinSimulation;
import io.faultline.backend.security.ApiSecurity;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.world.World;
import io.swagger.v3.oas.models.OpenAPI;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/// The backend around one running cluster. Whoever starts the application brings the [World], and may bring a
/// [RequestCancellation] and the [ClusterConfig] that simulations are to share with it.
@Configuration(proxyBeanMethods = false)
@Import({ClusterController.class, PlaybookController.class, UnknownPathController.class, ApiErrors.class})
public class BackendConfiguration {
    /// bcrypt's work factor: about 60 ms a password.
    private static final int PASSWORD_STRENGTH = 10;

    /// Brings a running cluster into the application. The cluster's life stays with whoever started it: a bean
    /// of an [AutoCloseable] type would be closed by Spring too, behind its owner's back.
    public static ApplicationContextInitializer<GenericApplicationContext> around(World world, ClusterConfig cluster) {
        return context -> {
            context.getBeanFactory().registerSingleton("world", world);
            context.getBeanFactory().registerSingleton("clusterConfig", cluster);
        };
    }

    /// The same, for a cluster whose requests can be cancelled from outside.
    public static ApplicationContextInitializer<GenericApplicationContext> around(
            World world, ClusterConfig cluster, RequestCancellation cancellation) {
        ApplicationContextInitializer<GenericApplicationContext> base = around(world, cluster);
        return context -> {
            base.initialize(context);
            context.getBeanFactory().registerSingleton("requestCancellation", cancellation);
        };
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    // ---- who

    @Bean
    PasswordEncoder passwordEncoder() {
        return new BCryptPasswordEncoder(PASSWORD_STRENGTH);
    }

    @Bean
    AuditLog auditLog(JdbcClient database, Clock clock) {
        return new AuditLog(database, clock);
    }

    @Bean
    UserAccounts userAccounts(JdbcClient database, PasswordEncoder encoder, Clock clock) {
        return new UserAccounts(database, encoder, clock);
    }

    @Bean
    SignInThrottle signInThrottle(Clock clock) {
        return new SignInThrottle(clock);
    }

    @Bean
    ThrottledSignIn throttledSignIn(
            UserAccounts accounts, PasswordEncoder encoder, SignInThrottle throttle, AuditLog audit) {
        DaoAuthenticationProvider byPassword = new DaoAuthenticationProvider(accounts);
        byPassword.setPasswordEncoder(encoder);
        return new ThrottledSignIn(byPassword, throttle, audit);
    }

    @Bean
    FirstStart firstStart(UserAccounts accounts) {
        return new FirstStart(accounts, System.out::println);
    }

    @Bean
    @Order(1)
    SecurityFilterChain apiSecurity(HttpSecurity http, JsonMapper json) {
        return new ApiSecurity(json).chain(http);
    }

    // ---- the cluster

    @Bean(initMethod = "start", destroyMethod = "close")
    WorldFeed clusterFeed(World world, Clock clock) {
        return new WorldFeed(world, FeedLimits.defaults(), clock);
    }

    @Bean
    ClusterHealth clusterHealth(ClusterFeed feed) {
        return new ClusterHealth(feed);
    }

    @Bean
    Permissions permissions(AuditLog audit) {
        return new Permissions(audit);
    }

    @Bean
    ClusterOperations clusterOperations(
            ClusterFeed feed,
            Permissions permissions,
            PlaybookService playbooks,
            ObjectProvider<RequestCancellation> cancellation,
            ObjectProvider<BusyThresholdControl> thresholds,
            ObjectProvider<MachineControl> machines) {
        return new ClusterOperations(
                feed,
                permissions,
                playbooks,
                cancellation.getIfAvailable(),
                thresholds.getIfAvailable(),
                machines.getIfAvailable());
    }

    @Bean
    AccountAdministration accountAdministration(UserAccounts accounts, Permissions permissions, AuditLog audit) {
        return new AccountAdministration(accounts, permissions, audit);
    }

    // ---- playbooks

    @Bean
    PlaybookArchive playbookArchive(JdbcClient database, PlatformTransactionManager transactions) {
        return new PlaybookArchive(database, new TransactionTemplate(transactions));
    }

    @Bean
    RunLedger runLedger(Clock clock) {
        return new RunLedger(clock);
    }

    @Bean
    PlaybookSimulation playbookSimulation(ObjectProvider<ClusterConfig> cluster) {
        return new TwinSimulation(cluster.getIfAvailable(ClusterConfig::demo));
    }

    @Bean
    SimulationQueue simulationQueue(
            PlaybookSimulation simulation, PlaybookArchive archive, RunLedger ledger, ClusterFeed feed) {
        return new SimulationQueue(simulation, archive, ledger, feed);
    }

    @Bean
    PlaybookService playbookService(
            ClusterFeed feed,
            Permissions permissions,
            PlaybookArchive archive,
            RunLedger ledger,
            SimulationQueue simulations) {
        return new ConsolePlaybooks(feed, permissions, archive, ledger, simulations);
    }

    // ---- the API's document

    @Bean
    OpenAPI apiDescription() {
        return ApiDescription.document();
    }
}
