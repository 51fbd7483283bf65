package io.faultline.console.topology;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.notification.Notification;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.backend.operation.OperationOutcome;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Facts;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Page;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeView;

/// The selected node: how it is, by whose word, and what can be done to it. Buttons that the user has no role for
/// are not shown; the server checks all the same.
public final class NodePanel extends Section {
    private static final int NOTICE_MILLIS = 5_000;

    private final ClusterOperations operations;
    private final H2 name = new H2();
    private final Facts facts = new Facts();
    private final Paragraph hint = Page.empty("Select a node in the picture to see how it is and what can be done.");
    private final Div content = new Div();
    private final Button kill = new Button("Kill");
    private final Button freeze = new Button("Freeze");
    private final Button restart = new Button("Start");
    private final Anchor more = new Anchor("", "Open its page");
    private String node = "";

    public NodePanel(ClusterOperations operations) {
        this.operations = operations;
        addClassName("fl-panel");
        getElement().setAttribute("aria-label", "Selected node");
        kill.addThemeVariants(ButtonVariant.LUMO_ERROR);
        kill.addClickListener(e -> confirm(
                "Kill " + node + "?",
                "Its process ends at once, as by SIGKILL. Its streams go on elsewhere; it stays down until you start it.",
                "Kill",
                () -> operations.kill(node)));
        freeze.addClickListener(e -> confirm(
                "Freeze " + node + "?",
                "It stands still with its connections open, as by SIGSTOP, until the fault is recovered (HALT).",
                "Freeze",
                () -> operations.freeze(node)));
        restart.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        restart.addClickListener(e -> tell(operations.start(node)));
        more.addClassName("fl-link");
        content.add(facts, Page.row("fl-actions", kill, freeze, restart), more);
        content.getStyle()
                .set("display", "flex")
                .set("flex-direction", "column")
                .set("gap", "14px");
        add(name, hint, content);
    }

    public void show(ConsoleFrame frame, String selected) {
        node = selected;
        NodeView view = frame.node(selected).orElse(null);
        hint.setVisible(view == null);
        content.setVisible(view != null);
        name.setText(view == null ? "Nothing selected" : view.name());
        if (view != null) {
            fill(frame, view);
        }
    }

    private void fill(ConsoleFrame frame, NodeView n) {
        facts.set("Health", Badges.health(n.health()));
        facts.set("Evidence", n.evidence());
        facts.set(
                "Since",
                Figures.clock(frame.at(n.sinceNanos())) + ", "
                        + Figures.duration(frame.age(n.sinceNanos()).toNanos()) + " ago");
        facts.set("Requests here", Figures.count(n.openRequests()));
        boolean worker = n.role() == NodeRole.DECODE;
        if (worker) {
            facts.set("Engine", "%d running, %d waiting".formatted(n.running(), n.waiting()));
            facts.set(
                    "KV blocks",
                    "%s used, %s cached, of %s"
                            .formatted(
                                    Figures.count(n.usedBlocks()),
                                    Figures.count(n.cachedBlocks()),
                                    Figures.count(n.kvBlocks())));
            facts.set("Tokens", Figures.rate(n.tokensPerSecond()) + " per s");
            facts.set("Last step", Figures.duration(n.stepNanos()));
            facts.set("Instance", n.instance() == 0 ? Figures.NONE : Long.toHexString(n.instance()));
            facts.set("Started", n.starts() + (n.starts() == 1 ? " time" : " times"));
        }
        boolean up = n.health().isUp();
        kill.setVisible(worker && up && operations.may(Action.KILL_WORKER));
        freeze.setVisible(worker && up && operations.may(Action.FREEZE_WORKER));
        restart.setVisible(worker && !up && operations.may(Action.START_WORKER));
        more.setVisible(worker);
        more.setHref("workers/" + n.name());
    }

    private void confirm(
            String title, String text, String action, java.util.function.Supplier<OperationOutcome> doing) {
        ConfirmDialog dialog = new ConfirmDialog();
        dialog.setHeader(title);
        dialog.setText(text);
        dialog.setCancelable(true);
        dialog.setConfirmText(action);
        dialog.setConfirmButtonTheme("error primary");
        dialog.addConfirmListener(e -> tell(doing.get()));
        dialog.open();
    }

    private static void tell(OperationOutcome outcome) {
        Notification.show(outcome.message(), NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER);
    }
}
