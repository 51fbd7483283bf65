package io.faultline.runtime.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// `docs/metrics.md` lists every metric, from the registry itself.
class MetricsPageTest {
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final Path WRITTEN = Path.of("target/metrics.md");

    private static final String HEAD = """
            # Metrics

            Every metric of the frontends' `/metrics` (port 8000) and of the workers' and routers' system ports (9090), made
            from the registry; do not edit. Names under `dynamo_` and `planner:` are Dynamo's, so that its dashboards work
            unchanged. Units are in the names: seconds, bytes, tokens. A model or worker beyond the bounds of a label is
            counted under `other`, a model that no worker serves under `unknown`; `dynamo_namespace` is `--namespace`.

            | Name | Type | Labels | Meaning |
            |---|---|---|---|
            """;

    @Test
    @DisplayName("every metric has its line in docs/metrics.md")
    void thePageIsTheRegistry() throws Exception {
        String page = HEAD
                + new PrometheusFold(MetricsConfig.defaults())
                        .families().stream()
                                .sorted(Comparator.comparing(Meters.Family::name))
                                .map(MetricsPageTest::row)
                                .collect(Collectors.joining());
        Files.createDirectories(WRITTEN.getParent());
        Files.writeString(WRITTEN, page);
        assertThat(Files.readString(PAGE))
                .as("copy cluster-runtime/%s to docs/metrics.md", WRITTEN)
                .isEqualTo(page);
    }

    @Test
    void noNameIsThereTwiceAndEachSaysWhatItCounts() {
        List<Meters.Family> families = new PrometheusFold(MetricsConfig.defaults()).families();
        assertThat(families).extracting(Meters.Family::name).doesNotHaveDuplicates();
        assertThat(families).allSatisfy(f -> assertThat(f.help()).as(f.name()).isNotBlank());
    }

    private static String row(Meters.Family f) {
        String labels = f.labels().stream().map(l -> '`' + l + '`').collect(Collectors.joining(", "));
        return "| `" + f.name() + "` | " + f.type() + " | " + labels + " | " + f.help() + " |\n";
    }
}
