package io.faultline.console.load;

import com.vaadin.flow.component.html.Div;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Tile;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.history.LoadSnapshot.Limit;
import io.faultline.runtime.history.ServiceSnapshot;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Who is refused now, and how near to its limits the cluster is.
final class LoadTiles extends Div {
    private final Tile refused = new Tile("Refused, last " + Lately.SECONDS + " s", "per s");
    private final Tile busy = new Tile("Busy workers", "");
    private final Tile limit = new Tile("Adaptive limit", "");
    private final Tile ttft = new Tile("First token", "");
    private final Tile itl = new Tile("Token gap", "");

    LoadTiles() {
        addClassName("fl-tiles");
        add(refused, busy, limit, ttft, itl);
    }

    void show(LoadSnapshot load, ServiceSnapshot service) {
        refused(load);
        long over = load.workers().stream().filter(w -> !w.busyFor().isEmpty()).count();
        boolean without = load.thresholds().isEmpty();
        busy.show(
                over + " of " + load.workers().size(),
                without ? "no threshold is set" : over == 0 ? "all take requests" : "over a threshold",
                without ? "" : over == 0 ? "✓" : "▲",
                without ? "plain" : over == 0 ? "ok" : "warn",
                List.of());
        boolean isLimited = !load.limits().isEmpty();
        limit.show(
                isLimited
                        ? Figures.count(
                                load.limits().stream().mapToInt(Limit::limit).sum())
                        : "off",
                Figures.count(service.inFlight()) + " in flight",
                "",
                "plain",
                isLimited
                        ? Lately.last(load, Lately.PICTURE_SECONDS).stream()
                                .map(s -> new double[] {s.second(), Math.max(0, s.limit())})
                                .toList()
                        : List.of());
        ratio(ttft, load, Limit::ttftRatio);
        ratio(itl, load, Limit::itlRatio);
    }

    private void refused(LoadSnapshot load) {
        Lately lately = Lately.of(load);
        int count = lately.refused();
        refused.show(
                Figures.rate((double) count / Lately.SECONDS),
                count == 0 ? "nobody is refused" : Figures.share(count, lately.arrived()) + " of what arrives",
                count == 0 ? "✓" : "▲",
                count == 0 ? "ok" : "warn",
                Lately.last(load, Lately.PICTURE_SECONDS).stream()
                        .map(s -> new double[] {
                            s.second(), Lately.total(s.rejections().values())
                        })
                        .toList());
    }

    /// The worst of all frontends.
    private static void ratio(Tile tile, LoadSnapshot load, ToDoubleFunction<Limit> of) {
        double worst = load.limits().stream().mapToDouble(of).max().orElse(0);
        tile.show(Lately.times(worst), worst == 0 ? "the limit is off" : "the uncongested one", "", "plain", List.of());
    }
}
