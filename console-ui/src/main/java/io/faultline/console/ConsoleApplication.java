package io.faultline.console;

import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.component.page.AppShellConfigurator;
import com.vaadin.flow.component.page.ColorScheme;
import com.vaadin.flow.component.page.Push;
import com.vaadin.flow.component.page.Viewport;
import com.vaadin.flow.server.AppShellSettings;
import com.vaadin.flow.theme.aura.Aura;
import io.faultline.backend.BackendConfiguration;
import io.faultline.backend.operation.BusyThresholdControl;
import io.faultline.backend.operation.MachineControl;
import io.faultline.backend.settings.ConsoleSettings;
import io.faultline.console.shell.PageLimits;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/// The console as a Spring application around a world that runs already.
@SpringBootApplication(scanBasePackages = {"io.faultline.backend", "io.faultline.console"})
@StyleSheet(Aura.STYLESHEET)
@StyleSheet("context://console/console.css")
@ColorScheme(ColorScheme.Value.SYSTEM)
@Viewport("width=device-width, initial-scale=1")
@Push
public class ConsoleApplication implements AppShellConfigurator {
    private static final long serialVersionUID = 1;

    @Override
    public void configurePage(AppShellSettings settings) {
        settings.addFavIcon("icon", "console/icon.svg", "any");
        settings.addMetaTag("color-scheme", "light dark");
    }

    /// Starts the console around a running cluster and returns when it can be used. Who starts it closes both: the
    /// context first, which the cluster outlives.
    public static ConfigurableApplicationContext start(ConsoleSettings settings, EmbeddedCluster cluster) {
        return start(settings, cluster, PageLimits.defaults());
    }

    static ConfigurableApplicationContext start(ConsoleSettings settings, EmbeddedCluster cluster, PageLimits pages) {
        Map<String, Object> properties = new LinkedHashMap<>(settings.toProperties());
        properties.put("vaadin.heartbeatInterval", pages.heartbeat().toSeconds());
        return new SpringApplicationBuilder(ConsoleApplication.class)
                .registerShutdownHook(false)
                .initializers(
                        BackendConfiguration.around(cluster, cluster.config(), cluster::cancelRequest),
                        (GenericApplicationContext context) ->
                                context.registerBean(ConsoleSettings.class, () -> settings),
                        (GenericApplicationContext context) -> context.registerBean(PageLimits.class, () -> pages),
                        (GenericApplicationContext context) ->
                                context.registerBean(BusyThresholdControl.class, () -> cluster::useBusyThresholds),
                        (GenericApplicationContext context) ->
                                context.registerBean(MachineControl.class, () -> cluster::cordon))
                .run(properties.entrySet().stream()
                        .map(e -> "--" + e.getKey() + "=" + e.getValue())
                        .toArray(String[]::new));
    }

    /// The port that it listens on.
    public static int port(ConfigurableApplicationContext context) {
        return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
    }
}
