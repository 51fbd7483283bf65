package io.faultline.console.topology;

import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Figures;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot;
import io.faultline.runtime.history.TopologySnapshot.FlowView;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Where each node stands in the picture and what is written beside it. The layout is fixed, clients left and
/// workers right, so that a node is always found in the same place.
public final class TopologyPicture {
    /// Decode workers above prefill workers, whatever the order of their roles.
    private static final List<NodeRole> IN_ORDER = List.of(
            NodeRole.CLIENT,
            NodeRole.FRONTEND,
            NodeRole.ROUTER,
            NodeRole.DECODE,
            NodeRole.PREFILL,
            NodeRole.STORE,
            NodeRole.QUEUE,
            NodeRole.PLANNER,
            NodeRole.ORCHESTRATOR);

    private TopologyPicture() {}

    /// @param heads of the columns, from the left
    /// @param base column that stands below the others, because no traffic flows to it; -1 when there is none
    public record Picture(List<String> heads, int base, List<NodeMark> nodes, List<LinkMark> links) {}

    /// @param column from 0; nodes of one column stand below each other in this order
    /// @param load 0 idle to 1 full; negative where there is nothing to fill
    /// @param notes wordings of the line below its name, the longest first; the first that fits is shown
    public record NodeMark(
            String id, int column, String health, double load, List<String> notes, String tip, boolean selected) {}

    /// @param rate tokens per second
    public record LinkMark(String from, String to, double rate, int open, boolean moved, String tip) {}

    public static Picture of(TopologySnapshot topology, String selected) {
        Map<NodeRole, List<NodeView>> byRole = new EnumMap<>(NodeRole.class);
        for (NodeView node : topology.nodes()) {
            byRole.computeIfAbsent(node.role(), _ -> new ArrayList<>()).add(node);
        }
        Map<Column, List<NodeView>> byColumn = new EnumMap<>(Column.class);
        IN_ORDER.forEach(role -> byRole.getOrDefault(role, List.of())
                .forEach(node -> byColumn.computeIfAbsent(Column.of(role), _ -> new ArrayList<>())
                        .add(node)));
        List<NodeMark> marks = new ArrayList<>();
        List<String> heads = new ArrayList<>();
        int base = byColumn.containsKey(Column.CONTROL) ? byColumn.size() - 1 : -1;
        byColumn.forEach((column, nodes) -> {
            nodes.forEach(node -> marks.add(mark(node, heads.size(), selected)));
            heads.add(column.head);
        });
        List<LinkMark> links = new ArrayList<>();
        clientLinks(topology, byRole, links);
        for (FlowView flow : topology.flows()) {
            links.add(new LinkMark(
                    flow.from(),
                    flow.to(),
                    flow.tokensPerSecond(),
                    flow.open(),
                    flow.migratedAway() > 0 && flow.open() == 0,
                    "%s → %s: %d open, %s tokens/s, %d moved away"
                            .formatted(
                                    flow.from(),
                                    flow.to(),
                                    flow.open(),
                                    Figures.rate(flow.tokensPerSecond()),
                                    flow.migratedAway())));
        }
        return new Picture(heads, base, marks, links);
    }

    /// What frontends deliver goes on to the clients; the events name no client, so it is shown for all together.
    private static void clientLinks(
            TopologySnapshot topology, Map<NodeRole, List<NodeView>> byRole, List<LinkMark> links) {
        for (NodeView client : byRole.getOrDefault(NodeRole.CLIENT, List.of())) {
            for (NodeView frontend : byRole.getOrDefault(NodeRole.FRONTEND, List.of())) {
                double rate = topology.flows().stream()
                        .filter(f -> f.from().equals(frontend.name()))
                        .mapToDouble(FlowView::tokensPerSecond)
                        .sum();
                links.add(new LinkMark(
                        client.name(),
                        frontend.name(),
                        rate,
                        frontend.openRequests(),
                        false,
                        "%d requests in flight".formatted(frontend.openRequests())));
            }
        }
    }

    /// In the order in which a request goes; columns without a node are left out.
    private enum Column {
        CLIENTS("Clients"),
        FRONTENDS("Frontends"),
        ROUTERS("Routers"),
        WORKERS("Workers"),
        CONTROL("Control plane");

        private final String head;

        Column(String head) {
            this.head = head;
        }

        static Column of(NodeRole role) {
            return switch (role) {
                case CLIENT, OPERATOR -> CLIENTS;
                case FRONTEND -> FRONTENDS;
                case ROUTER -> ROUTERS;
                case DECODE, PREFILL -> WORKERS;
                case STORE, QUEUE, PLANNER, ORCHESTRATOR, MACHINE -> CONTROL;
            };
        }
    }

    private static NodeMark mark(NodeView n, int column, String selected) {
        List<String> notes = switch (n.role()) {
            case DECODE, PREFILL -> {
                String kv = "KV " + Figures.share(n.usedBlocks(), n.kvBlocks());
                String running = n.running() + " run";
                String waiting = n.waiting() + " wait";
                yield n.waiting() == 0
                        ? List.of(running + " · " + waiting + " · " + kv, running + " · " + kv, kv, running)
                        : List.of(running + " · " + waiting + " · " + kv, running + " · " + waiting, waiting);
            }
            case FRONTEND -> List.of(n.openRequests() + " in flight", String.valueOf(n.openRequests()));
            case STORE -> List.of("discovery");
            case QUEUE -> List.of("prefill jobs", "jobs");
            case MACHINE -> List.of(n.evidence());
            case ROUTER -> List.of("KV-aware routing", "routing");
            case PLANNER -> List.of("scales workers", "scales");
            case ORCHESTRATOR -> List.of("starts and stops processes", "starts, stops");
            case CLIENT -> List.of("synthetic load", "synthetic");
            case OPERATOR -> List.of();
        };
        double load = n.kvBlocks() == 0 ? -1 : (double) n.usedBlocks() / n.kvBlocks();
        return new NodeMark(
                n.name(),
                column,
                n.health().name(),
                load,
                notes,
                n.name() + ": " + n.evidence(),
                n.name().equals(selected));
    }

    /// The same as a table.
    public static Table table(TopologySnapshot topology) {
        return new Table(
                List.of("Node", "Role", "Health", "Evidence", "Running", "Waiting", "KV used", "Tokens/s"),
                topology.nodes().stream()
                        .map(n -> List.of(
                                n.name(),
                                n.role().name().toLowerCase(java.util.Locale.ROOT),
                                n.health().name().toLowerCase(java.util.Locale.ROOT),
                                n.evidence(),
                                Figures.count(n.running()),
                                Figures.count(n.waiting()),
                                Figures.share(n.usedBlocks(), n.kvBlocks()),
                                Figures.rate(n.tokensPerSecond())))
                        .toList());
    }
}
