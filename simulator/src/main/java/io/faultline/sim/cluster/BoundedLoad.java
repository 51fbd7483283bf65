package io.faultline.sim.cluster;

import io.faultline.runtime.world.LoadControl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The load control, which remembers what was begun: liveness bounds follow from it.
final class BoundedLoad implements LoadControl {
    private final LoadControl clients;
    private final List<LoadSpec> begun = new ArrayList<>();
    private final Map<LoadRun, OpenLoadSpec> open = new LinkedHashMap<>();
    private final List<LoadRun> runs = new ArrayList<>();

    BoundedLoad(LoadControl clients) {
        this.clients = clients;
    }

    @Override
    public LoadRun start(LoadSpec spec) {
        LoadRun run = clients.start(spec);
        begun.add(spec);
        runs.add(run);
        return run;
    }

    @Override
    public LoadRun start(OpenLoadSpec spec, AnswerObserver observer) {
        LoadRun run = clients.start(spec, observer);
        open.put(run, spec);
        runs.add(run);
        return run;
    }

    /// Of an open loop what counts is what is under way when it has been drained.
    @Override
    public LoadRun start(Script script, AnswerObserver observer) {
        LoadRun run = clients.start(script, observer);
        runs.add(run);
        return run;
    }

    List<LoadSpec> begun() {
        List<LoadSpec> all = new ArrayList<>(begun);
        open.forEach((run, spec) -> all.add(new LoadSpec(
                Math.clamp(run.open(), 1, 10_000),
                1,
                spec.promptTokensMin(),
                spec.promptTokensMax(),
                spec.answerTokensMax(),
                0,
                (spec.retriesMax() + 1L) * spec.retryNanos())));
        return all;
    }

    boolean isFinished() {
        return runs.stream().allMatch(LoadRun::isFinished);
    }
}
