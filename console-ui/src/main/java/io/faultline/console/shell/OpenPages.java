package io.faultline.console.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.VaadinSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends pages whose browser is gone, and bounds their number. Vaadin looks for such pages only when a request of the
/// same browser comes, which it never does once the browser is gone. Thread-safe.
public final class OpenPages {
    private static final Logger LOG = LoggerFactory.getLogger(OpenPages.class);
    private static final String FAREWELL = "console/closed.html";

    /// So long a browser that reads may take for a frame on a busy machine.
    private static final Duration READS_WITHIN = Duration.ofSeconds(5);

    private final PageLimits limits;
    private final Set<OpenPage> pages = new LinkedHashSet<>();

    OpenPages(PageLimits limits) {
        this.limits = limits;
    }

    void opened(UI ui) {
        OpenPage page = OpenPage.of(ui);
        List<OpenPage> surplus;
        synchronized (this) {
            pages.add(page);
            surplus = longestSilent(pages.size() - limits.pagesMax());
        }
        ui.addDetachListener(_ -> closed(page));
        end(surplus, "more than " + limits.pagesMax() + " pages are open", true);
    }

    private synchronized void closed(OpenPage page) {
        pages.remove(page);
    }

    public synchronized int size() {
        return pages.size();
    }

    /// Ends pages whose browser took no frame, or sent no heartbeat, for too long.
    void endSilent() {
        end(
                select(page -> page.silence().compareTo(limits.takenWithin()) > 0 || !isBeating(page.ui())),
                "its browser does not read",
                false);
    }

    /// Ends half of the pages, those of silent browsers first.
    void endHalf(String why) {
        List<OpenPage> half;
        synchronized (this) {
            half = longestSilent((pages.size() + 1) / 2);
        }
        end(half, why, true);
    }

    private synchronized List<OpenPage> select(Predicate<OpenPage> condition) {
        return pages.stream().filter(condition).toList();
    }

    /// Those whose browsers read are taken for equally silent; of these, the oldest.
    private List<OpenPage> longestSilent(int count) {
        List<OpenPage> ordered = new ArrayList<>(pages);
        ordered.sort(Comparator.comparing(OpenPages::noticeableSilence).reversed());
        return List.copyOf(ordered.subList(0, Math.clamp(count, 0, ordered.size())));
    }

    private static Duration noticeableSilence(OpenPage page) {
        Duration silence = page.silence();
        return silence.compareTo(READS_WITHIN) > 0 ? silence : Duration.ZERO;
    }

    private static boolean isBeating(UI ui) {
        VaadinSession session = ui.getSession();
        return session == null || session.getService().isUIActive(ui);
    }

    /// @param isTold whether browsers that read are shown why; those that do not find the page gone when they are
    /// back, and load it anew
    private void end(List<OpenPage> ended, String why, boolean isTold) {
        if (ended.isEmpty()) {
            return;
        }
        ended.forEach(this::closed);
        LOG.info("Pages ended count={} reason={} open={}", ended.size(), why, size());
        for (OpenPage page : ended) {
            UI ui = page.ui();
            ui.accessLater(() -> end(ui, isTold && noticeableSilence(page).isZero()), () -> {})
                    .run();
        }
    }

    private static void end(UI ui, boolean isTold) {
        VaadinSession session = ui.getSession();
        if (isTold) {
            ui.getPage().setLocation(FAREWELL);
        }
        ui.close();
        session.removeUI(ui);
    }
}
