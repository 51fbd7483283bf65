package io.faultline.console.shell;

import com.vaadin.flow.component.Component;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import java.util.function.Consumer;

/// Ties a component to the live feed for as long as it is on a page: it hears the newest frame immediately and each
/// newer one that the page takes, inside its session's lock.
public final class Live {
    private Live() {}

    public static void show(Component component, ClusterFeed feed, Consumer<ConsoleFrame> listener) {
        component.addAttachListener(attached -> {
            OpenPage page = OpenPage.of(attached.getUI());
            listener.accept(feed.latest());
            page.show(feed, listener);
            component.addDetachListener(detached -> {
                page.hide(listener);
                detached.unregisterListener();
            });
        });
    }
}
