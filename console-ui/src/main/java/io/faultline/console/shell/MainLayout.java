package io.faultline.console.shell;

import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.KeyModifier;
import com.vaadin.flow.component.Shortcuts;
import com.vaadin.flow.component.Svg;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.applayout.AppLayout;
import com.vaadin.flow.component.applayout.DrawerToggle;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.contextmenu.MenuItem;
import com.vaadin.flow.component.contextmenu.SubMenu;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Header;
import com.vaadin.flow.component.html.Nav;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.menubar.MenuBar;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.page.ColorScheme;
import com.vaadin.flow.component.sidenav.SideNav;
import com.vaadin.flow.component.sidenav.SideNavItem;
import com.vaadin.flow.router.Layout;
import com.vaadin.flow.spring.security.AuthenticationContext;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.feed.ConsoleMode;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.console.faults.FaultsView;
import io.faultline.console.health.HealthView;
import io.faultline.console.load.LoadView;
import io.faultline.console.migrations.MigrationsView;
import io.faultline.console.overview.OverviewView;
import io.faultline.console.planner.PlannerView;
import io.faultline.console.playbooks.PlaybooksView;
import io.faultline.console.prefill.RemotePrefillView;
import io.faultline.console.requests.RequestsView;
import io.faultline.console.routing.RoutingView;
import io.faultline.console.system.AccountsView;
import io.faultline.console.system.AuditView;
import io.faultline.console.topology.TopologyView;
import io.faultline.runtime.judgement.Verdict;
import jakarta.annotation.security.PermitAll;
import org.jspecify.annotations.Nullable;

/// The frame around every view that does not opt out of it (`autoLayout = false`). Mode, verdict and HALT are on screen
/// whatever is shown below.
@Layout
@PermitAll
public final class MainLayout extends AppLayout {
    private static final int NOTICE_MILLIS = 4_000;

    private final Span mode = new Span();
    private final Span verdict = new Span();
    private @Nullable Verdict shown;

    public MainLayout(ClusterFeed feed, ClusterOperations operations, AuthenticationContext user) {
        setPrimarySection(Section.DRAWER);
        addToDrawer(navigation(operations));
        addToNavbar(navbar(operations, user));
        Live.show(this, feed, this::show);
    }

    private Div navbar(ClusterOperations operations, AuthenticationContext user) {
        DrawerToggle toggle = new DrawerToggle();
        toggle.setAriaLabel("Menu");
        mode.addClassNames("fl-badge", "fl-chip");
        verdict.addClassName("fl-verdict");
        verdict.getElement().setAttribute("role", "status");
        Div spacer = new Div();
        spacer.addClassName("spacer");
        Button halt = new Button("HALT", e -> halt(operations));
        halt.addThemeVariants(ButtonVariant.LUMO_PRIMARY, ButtonVariant.LUMO_ERROR);
        halt.addClassName("fl-halt");
        halt.setTooltipText("Stop and revert every fault (Ctrl+Shift+H)");
        Shortcuts.addShortcutListener(this, () -> halt(operations), Key.KEY_H, KeyModifier.CONTROL, KeyModifier.SHIFT);
        Header bar = new Header(toggle, mode, verdict, spacer, halt, userMenu(user));
        bar.addClassName("fl-navbar");
        Div holder = new Div(bar);
        holder.setWidthFull();
        return holder;
    }

    private static void halt(ClusterOperations operations) {
        Notification.show(operations.halt().message(), NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER);
    }

    private static MenuBar userMenu(AuthenticationContext user) {
        MenuBar menu = new MenuBar();
        MenuItem name = menu.addItem(VaadinIcon.USER.create());
        name.setAriaLabel("Account and appearance of " + user.getPrincipalName().orElse("you"));
        SubMenu items = name.getSubMenu();
        items.addItem("Signed in as " + user.getPrincipalName().orElse("?")).setEnabled(false);
        items.addItem("Light", e -> scheme(ColorScheme.Value.LIGHT));
        items.addItem("Dark", e -> scheme(ColorScheme.Value.DARK));
        items.addItem("As the system", e -> scheme(ColorScheme.Value.SYSTEM));
        items.addItem("Change password", e -> UI.getCurrent().navigate("password"));
        items.addItem("Sign out", e -> user.logout());
        return menu;
    }

    private static void scheme(ColorScheme.Value scheme) {
        UI.getCurrent().getPage().setColorScheme(scheme);
    }

    private static Div brand() {
        Svg mark = new Svg("<svg viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2.4'"
                + " stroke-linecap='round' stroke-linejoin='round' aria-hidden='true'>"
                + "<path d='M2 15h5l2.5-8 4 13 2.5-8H22'/></svg>");
        Div brand = new Div(mark, new Span("Faultline"));
        brand.addClassName("fl-brand");
        return brand;
    }

    private static Nav navigation(ClusterOperations operations) {
        SideNav now = new SideNav("Monitor");
        now.addItem(new SideNavItem("Overview", OverviewView.class, VaadinIcon.DASHBOARD.create()));
        now.addItem(new SideNavItem("Topology", TopologyView.class, VaadinIcon.CLUSTER.create()));
        now.addItem(new SideNavItem("Health", HealthView.class, VaadinIcon.HEART.create()));
        now.addItem(new SideNavItem("Requests", RequestsView.class, VaadinIcon.EXCHANGE.create()));
        now.addItem(new SideNavItem("Migrations", MigrationsView.class, VaadinIcon.RANDOM.create()));
        now.addItem(new SideNavItem("Routing", RoutingView.class, VaadinIcon.ROAD_BRANCHES.create()));
        now.addItem(new SideNavItem("Load", LoadView.class, VaadinIcon.SCALE.create()));
        now.addItem(new SideNavItem("Planner", PlannerView.class, VaadinIcon.AUTOMATION.create()));
        now.addItem(new SideNavItem("Prefill", RemotePrefillView.class, VaadinIcon.SPLIT.create()));
        SideNav practice = new SideNav("Resilience");
        practice.addItem(new SideNavItem("Playbooks", PlaybooksView.class, VaadinIcon.NOTEBOOK.create()));
        practice.addItem(new SideNavItem("Faults", FaultsView.class, VaadinIcon.BOLT.create()));
        Nav nav = new Nav(brand(), now, practice);
        if (operations.may(Action.MANAGE_ACCOUNTS)) {
            SideNav system = new SideNav("System");
            system.addItem(new SideNavItem("Accounts", AccountsView.class, VaadinIcon.USERS.create()));
            system.addItem(new SideNavItem("Audit log", AuditView.class, VaadinIcon.CLIPBOARD_TEXT.create()));
            nav.add(system);
        }
        nav.getElement().setAttribute("aria-label", "Views");
        nav.getStyle().set("padding", "0 8px");
        return nav;
    }

    private void show(ConsoleFrame frame) {
        boolean live = frame.mode() == ConsoleMode.LIVE;
        mode.setText(live ? "LIVE" : "SIMULATED");
        mode.getElement().setAttribute("data-mark", live ? "●" : "◇");
        mode.setClassName("fl-ok", live);
        mode.setClassName("fl-moved", !live);
        if (!frame.verdict().equals(shown)) {
            shown = frame.verdict();
            Anchor headline = new Anchor("", shown.headline());
            headline.setRouterIgnore(false);
            headline.addClassName("long");
            verdict.removeAll();
            verdict.add(Badges.verdict(shown.level()), new Span(" "), headline);
            verdict.setTitle(shown.sentence());
        }
    }
}
