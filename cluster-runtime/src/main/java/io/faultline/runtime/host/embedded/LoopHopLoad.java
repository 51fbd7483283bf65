package io.faultline.runtime.host.embedded;

import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.world.LoadControl;

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
        Remote remote = new Remote();
        clientLoop.post(() -> remote.follow(clients.start(spec)));
        return remote;
    }

    @Override
    public LoadRun start(OpenLoadSpec spec, AnswerObserver observer) {
        Remote remote = new Remote();
        clientLoop.post(() -> remote.follow(clients.start(spec, observer)));
        return remote;
    }

    @Override
    public LoadRun start(Script script, AnswerObserver observer) {
        Remote remote = new Remote();
        clientLoop.post(() -> remote.follow(clients.start(script, observer)));
        return remote;
    }

    /// A run as it is seen from another loop.
    private final class Remote implements LoadRun {
        private volatile Seen seen = new Seen(0, false, new LoadTally(0, 0));
        /// On the clients' loop alone.
        private Runnable drain = () -> {};

        void follow(LoadRun run) {
            drain = run::drain;
            look(run);
        }

        private void look(LoadRun run) {
            seen = new Seen(run.open(), run.isFinished(), run.tally());
            if (!seen.finished()) {
                clientLoop.after(REFRESH_NANOS, () -> look(run));
            }
        }

        @Override
        public void drain() {
            clientLoop.post(() -> drain.run());
        }

        @Override
        public int open() {
            return seen.open();
        }

        @Override
        public boolean isFinished() {
            return seen.finished();
        }

        @Override
        public LoadTally tally() {
            return seen.tally();
        }
    }
}
