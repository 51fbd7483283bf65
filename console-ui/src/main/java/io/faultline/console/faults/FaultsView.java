package io.faultline.console.faults;

import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.Page;
import jakarta.annotation.security.PermitAll;

/// What is being broken, by whom, until when?
@Route("faults")
@PageTitle("Faults · Faultline")
@PermitAll
public final class FaultsView extends Main {
    private static final int ROWS = 200;
    private static final int NOTICE_MILLIS = 5_000;

    public FaultsView(ClusterFeed feed, ClusterOperations operations) {
        addClassName("fl-page");
        FaultTable table = operations.may(Action.RECOVER_FAULT)
                ? FaultTable.withRecovery(
                        ROWS,
                        id -> Notification.show(
                                operations.recover(id).message(), NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER))
                : FaultTable.plain(ROWS);
        add(
                Page.head(
                        "Faults", "What is being broken, by whom, until when? HALT reverts everything that is active."),
                Page.panel("Active and past", table));
        Live.show(this, feed, table::show);
    }
}
