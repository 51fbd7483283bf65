package io.faultline.console.shell;

import com.vaadin.flow.component.ComponentUtil;
import com.vaadin.flow.component.UI;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Feeds one page in a browser. The page has one subscription, whatever is on it, and gets a frame only after its
/// browser said that it took the last: the server keeps no more than one frame for a browser that does not read.
///
/// Changes happen inside the session's lock; [#silence] may be asked for anywhere.
final class OpenPage {
    private static final long NOTHING = 0;

    private final UI ui;
    private final List<Consumer<ConsoleFrame>> listeners = new ArrayList<>();
    private ClusterFeed.@Nullable Subscription subscription;
    private volatile long sentAtNanos = NOTHING;

    private OpenPage(UI ui) {
        this.ui = ui;
    }

    static OpenPage of(UI ui) {
        OpenPage page = ComponentUtil.getData(ui, OpenPage.class);
        if (page == null) {
            page = new OpenPage(ui);
            ComponentUtil.setData(ui, OpenPage.class, page);
        }
        return page;
    }

    UI ui() {
        return ui;
    }

    void show(ClusterFeed feed, Consumer<ConsoleFrame> listener) {
        listeners.add(listener);
        if (subscription == null) {
            subscription = feed.subscribe((frame, taken) -> {
                // A page that was closed meanwhile has nothing to say about it.
                ui.accessLater(() -> send(frame, taken), () -> {}).run();
            });
        }
    }

    void hide(Consumer<ConsoleFrame> listener) {
        listeners.remove(listener);
        if (listeners.isEmpty() && subscription != null) {
            subscription.cancel();
            subscription = null;
        }
    }

    private void send(ConsoleFrame frame, Runnable taken) {
        // First: a listener that fails must not end the feed of the page.
        long sent = moment();
        sentAtNanos = sent;
        ui.getPage().executeJs("return true").then(_ -> took(sent, taken), _ -> took(sent, taken));
        List.copyOf(listeners).forEach(listener -> listener.accept(frame));
    }

    private void took(long sent, Runnable taken) {
        if (sentAtNanos == sent) {
            sentAtNanos = NOTHING;
        }
        taken.run();
    }

    /// Tells for how long the browser has owed a sign that it took a frame; zero when it owes none.
    Duration silence() {
        long sent = sentAtNanos;
        return sent == NOTHING ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - sent);
    }

    private static long moment() {
        long now = System.nanoTime();
        return now == NOTHING ? 1 : now;
    }
}
