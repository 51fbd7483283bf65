package io.faultline.sim.time;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import java.util.Locale;

/// Prints how many turns a second the kernel runs: loops that each keep some timers going, a third of which are
/// cancelled and set anew, as heartbeats are. Not a test, because it reads a clock; run its `main`.
final class KernelSpeed {
    private static final int TURNS = 5_000_000;

    private KernelSpeed() {}

    public static void main(String[] arguments) {
        for (int pending : new int[] {100, 1_000, 10_000, 100_000}) {
            for (int round = 0; round < 3; round++) {
                long began = System.nanoTime();
                long turns = run(pending);
                double seconds = (System.nanoTime() - began) / 1e9;
                System.out.printf(Locale.ROOT, "%,d pending: %.2f M turns/s%n", pending, turns / seconds / 1e6);
            }
        }
    }

    private static long run(int pending) {
        VirtualTime time = new VirtualTime();
        RandomSource random = new RandomSource(1);
        for (int i = 0; i < pending; i++) {
            SimulatedLoop loop = new SimulatedLoop(new NodeId("n" + i), time, NodeClock.TRUE, (_, cause) -> {
                throw cause;
            });
            new Ticking(loop, random).tick();
        }
        while (time.turnsRun() < TURNS) {
            time.runNext(Long.MAX_VALUE);
        }
        return time.turnsRun();
    }

    private static final class Ticking {
        private final SimulatedLoop loop;
        private final RandomSource random;
        private NodeLoop.Timer watchdog = () -> {};

        Ticking(SimulatedLoop loop, RandomSource random) {
            this.loop = loop;
            this.random = random;
        }

        void tick() {
            watchdog.cancel();
            watchdog = loop.after(10_000_000, this::tick);
            loop.after(random.nextLong(1, 1_000_000), this::tick);
            loop.post(() -> {});
        }
    }
}
