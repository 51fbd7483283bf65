package io.faultline.console.shell;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Ties a component to the live feed for as long as it is on a page: it hears the newest frame at once and each
/// newer one, inside its session's lock. A page that cannot keep up misses frames, never the last.
public final class Live {
    private Live() {}

    public static void show(Component component, ClusterFeed feed, Consumer<ConsoleFrame> listener) {
        component.addAttachListener(attached -> {
            UI ui = attached.getUI();
            listener.accept(feed.latest());
            ClusterFeed.Subscription subscription = feed.subscribe(frame -> {
                Future<Void> _ = ui.access(() -> listener.accept(frame));
            });
            component.addDetachListener(detached -> {
                subscription.cancel();
                detached.unregisterListener();
            });
        });
    }
}
