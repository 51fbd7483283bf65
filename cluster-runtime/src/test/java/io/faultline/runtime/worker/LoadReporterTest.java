package io.faultline.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The worker has 1000 KV blocks; 20 of them are noticeable.
@DisplayName("REJ-1: when a worker tells its load")
@Shows("REJ-1")
class LoadReporterTest {
    private static final long MILLI = 1_000_000L;

    private final ManualLoop loop = new ManualLoop();
    private final List<EngineLoad> told = new ArrayList<>();
    private EngineLoad load = blocks(0);
    private final LoadReporter reporter = new LoadReporter(
            loop, LoadReportConfig.defaults(), new EngineCapacity(4096, 1000, 16, 64, 2048), () -> load, told::add);

    private static EngineLoad blocks(int used) {
        return new EngineLoad(used == 0 ? 0 : 1, 0, used, 0, 0);
    }

    private void become(int used) {
        load = blocks(used);
        reporter.changed();
    }

    @Test
    void aNoticeableChangeIsToldAtOnce() {
        reporter.start();
        loop.runFor(50 * MILLI);

        become(100);

        assertThat(told).containsExactly(blocks(100));
    }

    @Test
    void smallChangesWaitForTheInterval() {
        reporter.start();
        loop.runFor(50 * MILLI);
        become(100);
        become(110);

        loop.runFor(499 * MILLI);
        assertThat(told).hasSize(1);
        loop.runFor(2 * MILLI);
        assertThat(told).containsExactly(blocks(100), blocks(110));
    }

    @Test
    void manyChangesAreToldTogether() {
        reporter.start();
        loop.runFor(50 * MILLI);
        for (int used = 100; used <= 1000; used += 100) {
            become(used);
        }
        loop.runFor(11 * MILLI);

        assertThat(told).containsExactly(blocks(100), blocks(1000));
    }

    @Test
    void withoutAChangeTheIntervalGoesOn() {
        reporter.start();

        loop.runFor(2_001 * MILLI);

        assertThat(told).hasSize(4);
    }

    @Test
    void aStoppedOneIsSilent() {
        reporter.start();
        reporter.stop();

        become(500);
        loop.runFor(5_000 * MILLI);

        assertThat(told).isEmpty();
    }
}
