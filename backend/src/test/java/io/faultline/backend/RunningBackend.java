package io.faultline.backend;

import io.faultline.backend.account.Role;
import io.faultline.backend.account.UserAccounts;
import io.faultline.backend.account.UserAccounts.NewPassword;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.settings.ConsoleSettings;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The backend around a real embedded cluster, reached over real HTTP. Each role has an account of its own name.
public final class RunningBackend implements AutoCloseable {
    private static final long WAIT_SECONDS = 300;
    private static final JsonMapper JSON = new JsonMapper();

    private final EmbeddedCluster cluster;
    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ComponentScan(basePackageClasses = BackendConfiguration.class)
    static class Application {}

    public RunningBackend(Path dataDir) {
        ClusterConfig config = ClusterConfig.demo();
        cluster = EmbeddedCluster.start(config, new ByteTokenizer(), 1);
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setDefaultProperties(
                ConsoleSettings.defaults().withPort(0).withDataDir(dataDir).toProperties());
        application.addInitializers(BackendConfiguration.around(cluster, config, cluster::cancelRequest));
        try {
            context = application.run();
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        for (Role role : Role.values()) {
            if (role != Role.ADMIN) {
                accounts().createAccount(role.word(), role);
            }
            choosePassword(role.word());
        }
    }

    private void choosePassword(String name) {
        NewPassword.Invented invented = (NewPassword.Invented) accounts().reset(name);
        accounts().changePassword(name, invented.password(), password(name));
    }

    public static String password(String name) {
        return "tested for " + new StringBuilder(name).reverse();
    }

    /// Synthetic clients that go on until the cluster ends.
    public void load(LoadSpec spec) {
        cluster.onOperatorLoop(() -> cluster.load().start(spec));
    }

    public UserAccounts accounts() {
        return context.getBean(UserAccounts.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /// Waits for a frame in which something is so.
    public ConsoleFrame await(Predicate<ConsoleFrame> condition) throws Exception {
        CompletableFuture<ConsoleFrame> found = new CompletableFuture<>();
        ClusterFeed.Subscription subscription = bean(ClusterFeed.class).subscribe((frame, taken) -> {
            if (condition.test(frame)) {
                found.complete(frame);
            }
            taken.run();
        });
        try {
            return found.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } finally {
            subscription.cancel();
        }
    }

    public Answer get(String name, String path) throws IOException, InterruptedException {
        return send(request(path).GET(), name);
    }

    public Answer post(String name, String path, String body) throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                name);
    }

    /// As whoever the header says; without one when it is empty.
    public Answer getWithHeader(String authorization, String path) throws IOException, InterruptedException {
        HttpRequest.Builder builder = request(path).GET();
        return answer(authorization.isEmpty() ? builder : builder.header("Authorization", authorization));
    }

    /// Without any credentials.
    public Answer postAnonymously(String path) throws IOException, InterruptedException {
        return answer(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    public static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private Answer send(HttpRequest.Builder builder, String name) throws IOException, InterruptedException {
        return answer(builder.header("Authorization", basic(name, password(name))));
    }

    private Answer answer(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValue("WWW-Authenticate").orElse(""),
                response.body());
    }

    private HttpRequest.Builder request(String path) {
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    public record Answer(int status, String contentType, String challenge, String body) {
        public JsonNode json() {
            return JSON.readTree(body);
        }
    }

    @Override
    public void close() {
        context.close();
        cluster.close();
    }
}
