package io.faultline.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.faultline.runtime.history.MigrationView;
import io.faultline.runtime.history.RequestView;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.seam.NodeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every page, in light and dark, wide and narrow, as a person would see it, on a cluster under load (CON-1,
/// CON-2): it shows its heading, axe finds nothing, the browser reports no error, and nothing is
/// fetched from elsewhere. The pictures are kept under `target/screenshots`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SAME_THREAD)
class EveryPageTest {
    private String simulatedRun = "";
    private Chromium chromium;
    private RunningConsole console;

    @BeforeAll
    void start(@TempDir Path dataDir) {
        chromium = new Chromium();
        console = new RunningConsole(dataDir);
        // Something to look at: one worker was killed under load, its requests moved, and it is down.
        console.await(() -> readyWorkers() == 3 && streaming() >= 6);
        console.onCluster(() -> console.cluster()
                .faults()
                .inject(new io.faultline.runtime.fault.Fault.WorkerKill(new NodeId("decode-1")), null, "the test"));
        console.await(() -> console.cluster().history().migrations(1).stream()
                .anyMatch(m -> m.outcome().equals("success")));
        console.useBusyThreshold(0.9);
    }

    @AfterAll
    void stop() {
        if (console != null) {
            console.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    private static final List<String> PAGES = List.of(
            "",
            "topology?sel=node:decode-1",
            "workers/decode-0",
            "health",
            "requests",
            "requests/{request}",
            "migrations",
            "load",
            "planner",
            "routing",
            "prefill",
            "faults",
            "playbooks",
            "playbooks/decode-worker-crash",
            "playbooks/decode-worker-crash/runs/{run}",
            "accounts",
            "audit",
            "no/such/page");

    static Stream<Arguments> looks() {
        return Stream.of(ColorScheme.LIGHT, ColorScheme.DARK)
                .flatMap(scheme -> Stream.of(1440, 390).map(width -> Arguments.of(scheme, width)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("looks")
    void everyPageLooksRightAndIsAccessible(ColorScheme scheme, int width) {
        String run = finishedRun();
        String moved = movedRequest();
        try (BrowserContext context = browser(scheme, width)) {
            Page page = context.newPage();
            signIn(page, "grace", RunningConsole.PASSWORD);
            List<String> complaints = listen(page);
            SoftAssertions softly = new SoftAssertions();
            for (String path : PAGES) {
                page.navigate(console.url(path.replace("{request}", moved).replace("{run}", run)));
                assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                        .isVisible();
                settle(page);
                page.screenshot(new Page.ScreenshotOptions().setPath(picture(path, scheme, width)));
                softly.assertThat(harm(page)).as("axe on /" + path).isEmpty();
                Object overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
                softly.assertThat(((Number) overflow).intValue())
                        .as("no sideways scrolling on /" + path)
                        .isLessThanOrEqualTo(0);
            }
            softly.assertThat(complaints)
                    .as("errors in the browser's console and foreign requests")
                    .isEmpty();
            softly.assertAll();
        }
    }

    /// Without the frames: a report's frame runs no scripts, so that axe would wait in it for ever; see
    /// [#theReportIsAccessible]. And without Vaadin's own indicator, which stands beside every page's content.
    private static List<String> harm(Page page) {
        List<String> violations = new ArrayList<>();
        for (Rule rule : new AxeBuilder(page)
                .exclude("iframe")
                .exclude("vaadin-connection-indicator")
                .analyze()
                .getViolations()) {
            violations.add(rule.getId() + ": " + rule.getNodes().getFirst().getHtml());
        }
        return violations;
    }

    /// CON-3: the button's run of the shipped playbook in virtual time, with its report.
    private synchronized String finishedRun() {
        if (simulatedRun.isEmpty()) {
            simulatedRun = console.simulate("decode-worker-crash", 7);
        }
        return simulatedRun;
    }

    @Test
    void theReportIsAccessible() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (BrowserContext context = browser(scheme, 1440)) {
                Page page = context.newPage();
                page.setContent(console.report(finishedRun()));
                assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                        .isVisible();
                page.screenshot(
                        new Page.ScreenshotOptions().setFullPage(true).setPath(picture("report", scheme, 1440)));
                assertThat(harm(page)).isEmpty();
            }
        }
    }

    @Test
    void showsTheSignInPage() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (BrowserContext context = browser(scheme, 1440)) {
                Page page = context.newPage();
                page.navigate(console.url(""));
                assertThat(page).hasURL(console.url("login"));
                assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")))
                        .isVisible();
                page.screenshot(new Page.ScreenshotOptions().setPath(picture("login", scheme, 1440)));
                assertThat(harm(page)).isEmpty();
            }
        }
    }

    /// CON-6: a one-time password opens nothing but the page where it is changed, once, and then the page that was
    /// wanted.
    @Test
    void asksForANewPasswordFirstAndGoesOn() {
        try (BrowserContext context = browser(ColorScheme.LIGHT, 1440)) {
            Page page = context.newPage();
            signIn(page, "newcomer", console.newcomersPassword());
            page.navigate(console.url("topology"));
            assertThat(page).hasURL(console.url("password"));
            page.screenshot(new Page.ScreenshotOptions().setPath(picture("password", ColorScheme.LIGHT, 1440)));
            assertThat(harm(page)).isEmpty();
            page.locator("input[type='password']").fill(RunningConsole.PASSWORD);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save and continue"))
                    .click();
            assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("HALT")))
                    .isVisible();
        }
    }

    /// CON-6: a viewer sees the cluster and no buttons that act on it, except HALT.
    @Test
    void hidesFromAViewerWhatAViewerMayNotDo() {
        try (BrowserContext context = browser(ColorScheme.LIGHT, 1440)) {
            Page page = context.newPage();
            signIn(page, "victor", RunningConsole.PASSWORD);
            page.navigate(console.url("topology?sel=node:decode-0"));
            assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("HALT")))
                    .isVisible();
            assertThat(page.locator("dl").first()).containsText("Evidence");
            assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Kill")))
                    .isHidden();
        }
    }

    /// MIG-1 and CON-3 through the browser: kill a worker, see it killed, its requests moved, and start it again.
    @Test
    void killsAndStartsAWorkerFromTheTopology() {
        try (BrowserContext context = browser(ColorScheme.LIGHT, 1440)) {
            Page page = context.newPage();
            signIn(page, "grace", RunningConsole.PASSWORD);
            page.navigate(console.url("topology?sel=node:decode-2"));
            console.await(() -> health("decode-2") == NodeHealth.READY);
            button(page, "Kill").click();
            page.locator("vaadin-confirm-dialog")
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Kill"))
                    .click();
            assertThat(page.locator("dl").first()).containsText("killed");
            button(page, "Start").click();
            console.await(() -> health("decode-2") == NodeHealth.READY);
            assertThat(page.locator("dl").first()).containsText("ready");
        }
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private BrowserContext browser(ColorScheme scheme, int width) {
        return chromium.open(
                new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, width < 400 ? 844 : 900));
    }

    private List<String> listen(Page page) {
        List<String> complaints = new ArrayList<>();
        page.onConsoleMessage(m -> {
            // The page that is not there answers 404, as it should.
            boolean expected = m.text().contains("404") && m.location().contains("no/such/page");
            if (m.type().equals("error") && !expected) {
                complaints.add(m.text());
            }
        });
        page.onRequest(r -> {
            if (!r.url().startsWith(console.url(""))
                    && !r.url().startsWith("data:")
                    && !r.url().startsWith("blob:")) {
                complaints.add("foreign request: " + r.url());
            }
        });
        return complaints;
    }

    private void signIn(Page page, String who, String password) {
        page.navigate(console.url("login"));
        page.getByLabel("Username").fill(who);
        page.locator("input[name='password']").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        page.waitForURL(url -> !url.contains("/login"));
    }

    /// Until the charts that are on the page have drawn.
    private static void settle(Page page) {
        page.waitForFunction("() => [...document.querySelectorAll('fl-chart')].filter(c => c.offsetParent && c.data)"
                + ".every(c => c.querySelector('canvas'))");
    }

    private static Path picture(String path, ColorScheme scheme, int width) {
        String name = path.isEmpty() ? "overview" : path.replaceAll("[^a-z0-9-]+", "_");
        return Path.of(
                "target",
                "screenshots",
                name + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT) + "-" + width + ".png");
    }

    private String movedRequest() {
        return console.onCluster(() -> console.cluster().history().migrations(100).stream()
                .filter(m -> m.outcome().equals("success"))
                .map(MigrationView::request)
                .filter(id -> console.cluster().history().request(id).isPresent())
                .findFirst()
                .orElseThrow());
    }

    private long readyWorkers() {
        return Stream.of("decode-0", "decode-1", "decode-2")
                .filter(n -> health(n) == NodeHealth.READY)
                .count();
    }

    private NodeHealth health(String node) {
        return console.cluster().history().topology(console.cluster().loop().now()).nodes().stream()
                .filter(n -> n.name().equals(node))
                .map(n -> n.health())
                .findFirst()
                .orElse(NodeHealth.STOPPED);
    }

    private long streaming() {
        return console.cluster().history().requests(50).stream()
                .filter(r -> r.phase() == RequestView.RequestPhase.STREAMING)
                .count();
    }
}
