package io.faultline.console.topology;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.console.chart.Chart;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import jakarta.annotation.security.PermitAll;

/// What runs where, and where does traffic flow?
@Route("topology")
@PageTitle("Topology · Faultline")
@PermitAll
public final class TopologyView extends Main implements BeforeEnterObserver {
    private static final String KIND = "node:";

    private final ClusterFeed feed;
    private final Chart picture = new Chart("topology", "Topology of the cluster");
    private final NodePanel panel;
    private String selected = "";

    public TopologyView(ClusterFeed feed, ClusterOperations operations) {
        this.feed = feed;
        this.panel = new NodePanel(operations);
        addClassName("fl-page");
        picture.addClassName("tall");
        picture.onSelect(this::select);
        Div legend = Page.row("fl-legend");
        for (NodeHealth health : NodeHealth.values()) {
            legend.add(Badges.health(health));
        }
        add(
                Page.head("Topology", "What runs where, and where does traffic flow?"),
                Page.row("fl-split", Page.panel("Live cluster", picture, legend), panel));
        Live.show(this, feed, this::show);
    }

    /// The selection is in the address, so that a link shows the same.
    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        selected = event.getLocation()
                .getQueryParameters()
                .getSingleParameter("sel")
                .filter(s -> s.startsWith(KIND))
                .map(s -> s.substring(KIND.length()))
                .orElse("");
    }

    private void select(String node) {
        selected = node;
        getUI().ifPresent(ui -> ui.getPage().getHistory().replaceState(null, "topology?sel=" + KIND + node));
        show(feed.latest());
    }

    private void show(ConsoleFrame frame) {
        picture.show(TopologyPicture.of(frame.topology(), selected), TopologyPicture.table(frame.topology()));
        panel.show(frame, selected);
        setClassName("fl-stale", frame.isSilent());
    }
}
