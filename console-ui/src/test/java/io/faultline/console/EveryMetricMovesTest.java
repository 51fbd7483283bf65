package io.faultline.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.LoadEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.QueueEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.metrics.MetricsConfig;
import io.faultline.runtime.host.metrics.PrometheusFold;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.scenario.RunOptions;
import io.faultline.sim.scenario.Scenario;
import io.faultline.sim.scenario.Scenarios;
import io.faultline.sim.scenario.SimulatedPlaybook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Every metric of `docs/metrics.md` is moved by the scenarios of the simulator, whose events are those of every world,
/// and has the labels that the page says. What no event moves is named here with what does.
class EveryMetricMovesTest {
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| (\\w+) \\| ([^|]*) \\|.*");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:0-9]+?)(?:_count)?(?:\\{([^}]*)\\})? ([-0-9.eE+]+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final int SEEDS = 3;

    /// Not moved by events, with what moves them and where that is tested.
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("dynamo_frontend_event_loop_delay_seconds", "the API's loop; MetricsCompletenessTest"),
            Map.entry("dynamo_frontend_event_loop_stall_total", "the API's loop; PrometheusFoldTest"),
            Map.entry("dynamo_frontend_model_context_length", "the frontend's card; MetricsCompletenessTest"),
            Map.entry("dynamo_frontend_model_max_num_batched_tokens", "the frontend's card; MetricsCompletenessTest"),
            Map.entry("dynamo_frontend_model_max_num_seqs", "the frontend's card; MetricsCompletenessTest"),
            Map.entry("dynamo_frontend_model_migration_limit", "the frontend's card; MetricsCompletenessTest"),
            Map.entry("faultline_http_body_bytes", "the API's server; HostileClientsTest"),
            Map.entry("faultline_http_connections", "the API's server; BrokenRequestsTest"),
            Map.entry("faultline_http_connections_accepted_total", "the API's server; MetricsCompletenessTest"),
            Map.entry("faultline_http_connections_refused_total", "the API's server; HostileClientsTest"),
            Map.entry("faultline_http_refusals_total", "the API's server; MetricsCompletenessTest"),
            Map.entry("faultline_http_slow_clients_total", "the API's server; HostileClientsTest"),
            Map.entry("faultline_http_unsent_bytes", "the API's server; HostileClientsTest"));

    @Test
    @DisplayName("every metric is moved by a scenario, with the labels that its page names")
    void everyMetricMoves() throws Exception {
        Map<String, Set<String>> labels = new TreeMap<>();
        Files.readAllLines(Path.of("../docs/metrics.md")).forEach(line -> {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                labels.put(row.group(1), names(row.group(3).replaceAll("`([a-z_]+)`", "$1=\"")));
            }
        });
        Map<String, Set<String>> moved = new TreeMap<>();
        List<Scenario> scenarios = new ArrayList<>(Scenarios.all());
        scenarios.add(SimulatedPlaybook.of(
                ShippedPlaybooks.playbook("decode-worker-crash").orElseThrow(),
                SimulationConfig.of(ClusterConfig.demo())));
        for (Scenario scenario : scenarios) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                Scrapes scrapes = new Scrapes(moved);
                scenario.run(seed, RunOptions.observedBy(scrapes));
                scrapes.scrape();
            }
        }
        rareEvents(moved);
        Set<String> still = new TreeSet<>(labels.keySet());
        still.removeAll(moved.keySet());
        still.removeAll(OTHERWISE.keySet());
        assertThat(still).as("metrics that nothing moved").isEmpty();
        moved.keySet().retainAll(labels.keySet());
        assertThat(moved).allSatisfy((name, there) -> assertThat(there).as(name).isEqualTo(labels.get(name)));
    }

    /// What a healthy implementation hardly ever tells.
    private static void rareEvents(Map<String, Set<String>> moved) {
        Scrapes scrapes = new Scrapes(moved);
        List<EventRecord> records = List.of(
                new NodeEvent.NodeStarted(NodeRole.DECODE),
                new DiscoveryEvent.InstanceRegistered(7, "backend", "m", 100, 16, 1_000_000_000L),
                new LoadEvent.BusyThresholdsChanged("m", -1, -1, 1.5, "an operator"),
                new QueueEvent.QueueMessageDropped("prefill", "job-1", 5, "no worker can do it"),
                new RoutingEvent.RouterObserved(1, 1, 10, 0, 5, 0, 0, 3),
                new EngineEvent.SequenceOpened(7, "r", 0, 10),
                new EngineEvent.SequenceEnded(7, "r", EngineEvent.SequenceEnd.FAILED, 10, 0, 1_000));
        for (int i = 0; i < records.size(); i++) {
            scrapes.apply(new ClusterEvent(i, i, new NodeId("node"), records.get(i)));
        }
        scrapes.scrape();
    }

    /// A server that is asked for its metrics every now and then, so that gauges that end at zero are seen.
    private static final class Scrapes implements Fold {
        private static final int EVENTS = 400;

        private final PrometheusFold fold = new PrometheusFold(MetricsConfig.defaults());
        private final Map<String, Set<String>> moved;
        private int events;

        Scrapes(Map<String, Set<String>> moved) {
            this.moved = moved;
        }

        @Override
        public void apply(ClusterEvent event) {
            fold.apply(event);
            if (++events % EVENTS == 0) {
                scrape();
            }
        }

        void scrape() {
            String text = new String(fold.render(List.of()), StandardCharsets.UTF_8);
            text.lines().filter(l -> !l.startsWith("#")).forEach(line -> {
                Matcher sample = SAMPLE.matcher(line);
                if (sample.matches() && Double.parseDouble(sample.group(3)) != 0) {
                    moved.putIfAbsent(sample.group(1), names(String.valueOf(sample.group(2))));
                }
            });
        }
    }

    private static Set<String> names(String labels) {
        Set<String> names = new TreeSet<>();
        Matcher label = LABEL.matcher(labels);
        while (label.find()) {
            names.add(label.group(1));
        }
        return names;
    }
}
