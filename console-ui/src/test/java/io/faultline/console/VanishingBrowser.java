package io.faultline.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A Chromium whose processes a test may kill or suspend, as a closed laptop does: its tabs say no farewell.
final class VanishingBrowser implements AutoCloseable {
    private static final List<String> PATHS =
            List.of("", "topology", "load", "health", "requests", "routing", "planner", "migrations");
    private static final String LISTENING = "DevTools listening on ";

    private final Process process;
    private final Playwright playwright;
    private final BrowserContext context;
    private final List<Page> tabs = new ArrayList<>();

    VanishingBrowser(Path profile) throws IOException {
        List<String> command = new ArrayList<>(List.of(Chromium.program().toString(), "--headless"));
        command.addAll(Chromium.OPTIONS);
        command.addAll(List.of("--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank"));
        PlaywrightAssertions.setDefaultAssertionTimeout(Chromium.PATIENCE_MILLIS);
        process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        context = playwright
                .chromium()
                .connectOverCDP(address())
                .newContext(new Browser.NewContextOptions().setViewportSize(1000, 700));
        context.setDefaultTimeout(Chromium.PATIENCE_MILLIS);
    }

    /// Chromium says where it listens, and after that little; who reads no more would suspend it once the pipe is full.
    private String address() throws IOException {
        BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith(LISTENING)) {
            line = lines.readLine();
        }
        Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
        return line == null ? "" : line.substring(LISTENING.length());
    }

    /// Signs in and shows that many pages of the console.
    void open(RunningConsole console, int count) {
        Page first = context.newPage();
        first.navigate(console.url("login"));
        first.getByLabel("Username").fill("grace");
        first.locator("input[name='password']").fill(RunningConsole.PASSWORD);
        first.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        first.waitForURL(url -> !url.contains("/login"));
        tabs.add(first);
        for (int i = 1; i < count; i++) {
            Page tab = context.newPage();
            tab.navigate(console.url(PATHS.get(i % PATHS.size())));
            tab.locator("h1").first().waitFor();
            tabs.add(tab);
        }
    }

    Page tab(int index) {
        return tabs.get(index);
    }

    void kill() {
        signal("KILL");
    }

    void suspend() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(handle -> Long.toString(handle.pid()))
                .forEach(command::add);
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new IllegalStateException("cannot signal Chromium", e);
        }
    }

    @Override
    public void close() {
        signal("KILL");
        playwright.close();
    }
}
