package io.faultline.console.playbooks;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Link;
import io.faultline.console.shell.Page;
import io.faultline.playbook.model.Playbook;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/// Which procedures are there, and how did they last go?
@Route("playbooks")
@PageTitle("Playbooks · Faultline")
@PermitAll
public final class PlaybooksView extends Main {
    private final LiveTable runs = new LiveTable(
            "No playbook has run on this cluster since it started.", "Started", "Playbook", "By", "Verdict", "Took");

    public PlaybooksView(PlaybookService playbooks, ClusterFeed feed) {
        addClassName("fl-page");
        add(Page.head("Playbooks", "Which procedures are there, and how did they last go?"));
        Div cards = Page.row("fl-cards");
        for (Playbook playbook : playbooks.playbooks()) {
            cards.add(card(playbook));
        }
        add(cards, Page.panel("Runs on the live cluster", runs));
        Live.show(this, feed, this::show);
    }

    private static Section card(Playbook playbook) {
        String name = playbook.metadata().name();
        Anchor open = new Anchor("playbooks/" + name, "Open " + name);
        open.addClassName("fl-link");
        Span tags = new Span(String.join(" · ", playbook.metadata().tags()));
        tags.addClassName("fl-question");
        return Page.panel(
                playbook.metadata().title(), new Paragraph(playbook.metadata().description()), tags, open);
    }

    private void show(ConsoleFrame frame) {
        runs.show(frame.playbookRuns().stream()
                .map(r -> List.<Object>of(
                        Figures.clock(frame.at(r.startedAtNanos())),
                        new Link("playbooks/" + r.playbook() + "/runs/" + r.run(), r.playbook()),
                        r.by(),
                        Verdicts.state(r.verdict()),
                        Figures.duration(r.endedAtNanos() < 0 ? -1 : r.endedAtNanos() - r.startedAtNanos())))
                .toList());
    }
}
