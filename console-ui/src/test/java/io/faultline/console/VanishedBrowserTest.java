package io.faultline.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.console.shell.OpenPages;
import io.faultline.console.shell.OpenSessions;
import io.faultline.console.shell.PageKeeper;
import io.faultline.console.shell.PageLimits;
import io.faultline.runtime.history.ServiceSnapshot;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Browsers that vanish without a word, and scripts that ask over and over, cost the console next to nothing and the
/// cluster nothing at all.
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SAME_THREAD)
class VanishedBrowserTest {
    private static final long MEGABYTE = 1_000_000;
    private static final int BATCH = 10;
    private static final int BATCHES = 5;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path directory;

    private final List<AutoCloseable> started = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : started.reversed()) {
            each.close();
        }
    }

    @Test
    void endsThePagesOfAKilledAndOfASuspendedBrowserAndShowsLivePagesToOneThatIsBack() throws Exception {
        RunningConsole console = console(limits());
        VanishingBrowser killed = browser("killed");
        killed.open(console, 3);
        VanishingBrowser suspended = browser("suspended");
        suspended.open(console, 3);
        console.await(() -> pages(console) == 6);
        killed.kill();
        suspended.suspend();
        console.await(() -> pages(console) == 0);
        assertStreamsUntouched(console);

        suspended.resume();
        console.await(() -> pages(console) >= 3);
        assertThat(suspended.tab(1).locator("h1").first()).hasText("Topology");
        // Only frames of the feed write this.
        assertThat(suspended.tab(1).locator(".fl-chip")).hasText("LIVE");
    }

    @Test
    void endsTheOldestPageWhenThereAreTooManyAndSaysSo() throws Exception {
        RunningConsole console = console(limits().withPagesMax(3));
        VanishingBrowser browser = browser("many");
        browser.open(console, 5);
        console.await(() -> pages(console) <= 3);
        assertThat(browser.tab(0).locator("h1")).hasText("Page closed");
        assertThat(browser.tab(4).locator(".fl-chip")).hasText("LIVE");
        assertStreamsUntouched(console);
    }

    @Test
    void endsHalfOfThePagesWhenTheHeapIsFullAndLeavesTheClusterAlone() throws Exception {
        RunningConsole console = console(limits());
        VanishingBrowser browser = browser("full");
        browser.open(console, 4);
        console.await(() -> pages(console) == 4);
        try (PageKeeper keeper =
                new PageKeeper(limits(), console.bean(OpenPages.class), console.bean(OpenSessions.class), () -> 0.9)) {
            keeper.sweep();
        }
        console.await(() -> pages(console) == 2);
        assertThat(browser.tab(0).locator("h1")).hasText("Page closed");
        assertThat(browser.tab(3).locator(".fl-chip")).hasText("LIVE");
        assertStreamsUntouched(console);
    }

    @Test
    void boundsTheSessionsOfThoseWhoNeverSignIn() throws Exception {
        RunningConsole console = console(limits().withVisitorsMax(20));
        try (HttpClient script = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(console.url("login")))
                    .header("Accept", "text/html")
                    .build();
            for (int i = 0; i < 100; i++) {
                assertThat(status(script, request)).isEqualTo(200);
            }
        }
        assertThat(console.bean(OpenSessions.class).visitors()).isBetween(1, 20);
        assertStreamsUntouched(console);
    }

    /// The same with as many as a large team has, and none is ended: what waits for them does not grow. They vanish ten
    /// by ten, because so many that read are more than a small machine can draw.
    @Test
    @Tag("slow")
    void keepsTheLiveHeapFlatWhileFiftyKilledAndFiftySuspendedTabsWait() throws Exception {
        RunningConsole console = console(
                PageLimits.defaults().withTakenWithin(Duration.ofHours(1)).withHeartbeat(Duration.ofHours(1)));
        report("before", liveHeap());
        for (int batch = 1; batch <= 2 * BATCHES; batch++) {
            VanishingBrowser browser = browser("browser-" + batch);
            browser.open(console, BATCH);
            boolean isKilled = batch <= BATCHES;
            if (isKilled) {
                browser.kill();
            } else {
                browser.suspend();
            }
            report((isKilled ? "killed " : "suspended ") + (batch * BATCH), liveHeap());
        }
        assertThat(pages(console)).isEqualTo(2 * BATCHES * BATCH);
        long gone = liveHeap();
        for (int i = 1; i <= 8; i++) {
            long until = now(console) + 15 * SECOND;
            console.await(() -> now(console) >= until);
            long later = liveHeap();
            report(15 * i + " s later", later);
            assertThat(later).isLessThan(gone + 10 * MEGABYTE);
        }
        assertThat(pages(console)).isEqualTo(2 * BATCHES * BATCH);
        assertStreamsUntouched(console);
    }

    private static void report(String when, long bytes) {
        System.out.println("live heap " + when + ": " + bytes / MEGABYTE + " MB");
    }

    private static PageLimits limits() {
        return PageLimits.defaults().withSweepPeriod(Duration.ofMillis(200));
    }

    private RunningConsole console(PageLimits limits) {
        RunningConsole console = new RunningConsole(directory, limits);
        started.add(console);
        return console;
    }

    private VanishingBrowser browser(String name) throws IOException {
        VanishingBrowser browser = new VanishingBrowser(directory.resolve(name));
        started.add(browser);
        return browser;
    }

    private static int pages(RunningConsole console) {
        return console.bean(OpenPages.class).size();
    }

    private static long now(RunningConsole console) {
        return console.cluster().loop().now();
    }

    private static void assertStreamsUntouched(RunningConsole console) {
        long before = service(console).completed();
        console.await(() -> console.cluster().history().service(now(console)).completed() > before + 8);
        assertThat(service(console).failed()).isZero();
        assertThat(service(console).answersDiffering()).isZero();
    }

    private static ServiceSnapshot service(RunningConsole console) {
        return console.onCluster(() -> console.cluster().history().service(now(console)));
    }

    private static int status(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static long liveHeap() {
        // Twice: what the first finds unreachable may have kept other things by a reference queue.
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
