package io.faultline.runtime.host.embedded;

import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.world.LoadControl;
import java.util.concurrent.atomic.AtomicReference;

/// Lets the operator's loop steer clients that live on another loop. What it reads of them may be a moment old.
final class LoopHopLoad implements LoadControl {
    private static final long REFRESH_NANOS = 20_000_000L;

    private final NodeLoop clientLoop;
    private final LoadControl clients;

    LoopHopLoad(NodeLoop clientLoop, LoadControl clients) {
        this.clientLoop = clientLoop;
        this.clients = clients;
    }

    private record Seen(int open, boolean finished, LoadTally tally) {}

    @Override
    public LoadRun start(LoadSpec spec) {
        AtomicReference<Seen> seen = new AtomicReference<>(new Seen(0, false, new LoadTally(0, 0)));
        AtomicReference<Runnable> drain = new AtomicReference<>(() -> {});
        clientLoop.post(() -> {
            LoadRun run = clients.start(spec);
            drain.set(run::drain);
            watch(run, seen);
        });
        return new LoadRun() {
            @Override
            public void drain() {
                clientLoop.post(() -> drain.get().run());
            }

            @Override
            public int open() {
                return seen.get().open();
            }

            @Override
            public boolean isFinished() {
                return seen.get().finished();
            }

            @Override
            public LoadTally tally() {
                return seen.get().tally();
            }
        };
    }

    private void watch(LoadRun run, AtomicReference<Seen> seen) {
        seen.set(new Seen(run.open(), run.isFinished(), run.tally()));
        if (!run.isFinished()) {
            clientLoop.after(REFRESH_NANOS, () -> watch(run, seen));
        }
    }
}
