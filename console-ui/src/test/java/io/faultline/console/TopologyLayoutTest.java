package io.faultline.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// CON-1: the geometry of the topology in a browser, for clusters of several sizes and pages of several widths.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopologyLayoutTest {
    private Chromium chromium;
    private BrowserContext context;
    private Page page;

    @BeforeAll
    void open() throws IOException {
        chromium = new Chromium();
        context = chromium.open(new Browser.NewContextOptions());
        page = context.newPage();
        try (InputStream script =
                Objects.requireNonNull(getClass().getResourceAsStream("/META-INF/resources/console/fl-topology.js"))) {
            page.addScriptTag(new Page.AddScriptTagOptions()
                    .setContent(new String(script.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    @AfterAll
    void close() {
        if (context != null) {
            context.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    /// Widths are those of the canvas: beside the node's panel at 1280 and 1440, whole width, and a phone.
    @DisplayName("no edge passes behind a card, no two cards overlap, no card leaves the picture")
    @ParameterizedTest(name = "{0} px, {1} frontends, {2} routers, {3} decode, {4} prefill")
    @CsvSource({
        "687, 500, 1, 2, 3, 1, 4",
        "794, 500, 1, 2, 3, 1, 4",
        "1064, 340, 1, 2, 3, 1, 4",
        "1250, 340, 1, 2, 3, 1, 4",
        "310, 560, 1, 2, 3, 1, 4",
        "310, 420, 1, 2, 3, 1, 4",
        "687, 500, 1, 0, 1, 0, 1",
        "687, 500, 2, 2, 8, 4, 5",
        "1064, 340, 2, 3, 5, 2, 4",
        "310, 560, 2, 2, 4, 2, 4",
        "794, 500, 4, 4, 6, 2, 3"
    })
    void edgesPassBetweenCards(
            int width, int height, int frontends, int routers, int decode, int prefill, int control) {
        List<Map<String, Object>> nodes = new ArrayList<>();
        List<Map<String, Object>> links = new ArrayList<>();
        List<String> heads = new ArrayList<>();
        layer(nodes, heads, "clients", 1);
        layer(nodes, heads, "frontend", frontends);
        layer(nodes, heads, "router", routers);
        int workers = heads.size();
        layer(nodes, heads, "decode", decode);
        for (int i = 0; i < prefill; i++) {
            nodes.add(Map.of("id", "prefill-" + i, "column", workers));
        }
        layer(nodes, heads, "control", control);
        for (int f = 0; f < frontends; f++) {
            links.add(Map.of("from", "clients-0", "to", "frontend-" + f));
            for (int d = 0; d < decode; d++) {
                links.add(Map.of("from", "frontend-" + f, "to", "decode-" + d));
            }
        }
        Object faults = page.evaluate(
                FAULTS,
                Map.of(
                        "data", Map.of("heads", heads, "nodes", nodes, "base", heads.size() - 1),
                        "links", links,
                        "width", width,
                        "height", height));
        assertThat((List<?>) faults).isEmpty();
    }

    private static void layer(List<Map<String, Object>> nodes, List<String> heads, String role, int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(Map.of("id", role + "-" + i, "column", heads.size()));
        }
        if (count > 0) {
            heads.add(role);
        }
    }

    private static final String FAULTS = """
            ({ data, links, width, height }) => {
              const narrow = width < 560;
              const T = window.FaultlineTopology;
              const { boxes } = T.place(data, width, height, narrow);
              const ways = T.routes(links, boxes, width, height, narrow);
              const faults = [];
              const all = Object.entries(boxes);
              for (const [id, b] of all) {
                if (b.x < -0.5 || b.y < -0.5 || b.x + b.w > width + 0.5 || b.y + b.h > height + 0.5) {
                  faults.push(`${id} leaves the picture`);
                }
                for (const [other, o] of all) {
                  if (id < other && b.x < o.x + o.w && o.x < b.x + b.w && b.y < o.y + o.h && o.y < b.y + b.h) {
                    faults.push(`${id} overlaps ${other}`);
                  }
                }
              }
              ways.forEach((way, i) => {
                for (let k = 1; k < way.length; k++) {
                  for (let t = 0; t <= 1; t += 0.05) {
                    const x = way[k - 1][0] + (way[k][0] - way[k - 1][0]) * t;
                    const y = way[k - 1][1] + (way[k][1] - way[k - 1][1]) * t;
                    for (const [id, b] of all) {
                      const inside = x > b.x + 1 && x < b.x + b.w - 1 && y > b.y + 1 && y < b.y + b.h - 1;
                      if (inside) faults.push(`${links[i].from} to ${links[i].to} passes behind ${id}`);
                    }
                  }
                }
              });
              return [...new Set(faults)];
            }
            """;
}
