package io.faultline.runtime.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualLoopTest {
    private final ManualLoop loop = new ManualLoop(100);
    private final List<String> ran = new ArrayList<>();

    @Test
    void runsByDueTimeAndThenInTheOrderSet() {
        loop.after(20, () -> ran.add("c@" + loop.now()));
        loop.after(10, () -> ran.add("a@" + loop.now()));
        loop.after(10, () -> ran.add("b@" + loop.now()));

        loop.runAll();

        assertThat(ran).containsExactly("a@110", "b@110", "c@120");
    }

    @Test
    void runsUpToAndIncludingTheGivenTime() {
        loop.after(10, () -> ran.add("due"));
        loop.after(11, () -> ran.add("later"));

        loop.runUntil(110);

        assertThat(ran).containsExactly("due");
        assertThat(loop.now()).isEqualTo(110);
        assertThat(loop.pending()).isEqualTo(1);
    }

    @Test
    void runsAPostedTaskInALaterTurnAtTheSameTime() {
        loop.post(() -> {
            loop.post(() -> ran.add("second"));
            ran.add("first");
        });

        loop.runDue();

        assertThat(ran).containsExactly("first", "second");
        assertThat(loop.now()).isEqualTo(100);
    }

    @Test
    void forgetsCancelledTasks() {
        NodeLoop.Timer timer = loop.after(5, () -> ran.add("never"));
        timer.cancel();
        timer.cancel();

        assertThat(loop.pending()).isZero();
        loop.runAll();

        assertThat(ran).isEmpty();
        assertThat(loop.now()).isEqualTo(100);
    }

    @Test
    void takesNothingAfterItWasStopped() {
        loop.after(5, () -> ran.add("before"));
        loop.stop();
        loop.post(() -> ran.add("after"));

        loop.runAll();

        assertThat(ran).isEmpty();
    }
}
