package io.faultline.runtime.workload;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/// Synthetic clients on one loop: closed-loop runs, whose clients wait for their answers, and open-loop ones, whose
/// requests come at drawn or given moments. Confined to the loop.
public final class LoadClients implements LoadControl {
    private final ClientSide around;
    private final RandomSource random;
    private int runs;

    public LoadClients(
            NodeLoop loop,
            RandomSource random,
            EventSink events,
            FrontendLink frontends,
            AnswerOracle oracle,
            LoadClientsConfig config) {
        this.around = new ClientSide(loop, events, frontends, oracle, config);
        this.random = random;
    }

    /// @param model what they ask for
    /// @param promptVocabulary prompt tokens are drawn from `[0, promptVocabulary)`
    /// @param retryNanos pause of a closed-loop client after a refusal or a failure; default 1 s
    /// @param deadlineNanos time allowed for one request; default 10 min
    /// @param idPrefix request ids begin with it
    /// @param stops when an answer is to end
    @RecordBuilder
    public record LoadClientsConfig(
            String model, int promptVocabulary, long retryNanos, long deadlineNanos, String idPrefix, StopDraw stops)
            implements LoadClientsLoadClientsConfigBuilder.With {
        public static LoadClientsConfig of(String model, int promptVocabulary) {
            return new LoadClientsConfig(
                    model, promptVocabulary, 1_000_000_000L, 600_000_000_000L, "load", StopDraw.FULL_LENGTH);
        }
    }

    /// Chooses a request's stop conditions.
    public interface StopDraw {
        /// Every answer is as long as it may be.
        StopDraw FULL_LENGTH = (maxTokens, _) -> new StopConditions(maxTokens, 0, true, List.of());

        StopConditions draw(int maxTokens, RandomSource own);
    }

    @Override
    public LoadRun start(LoadSpec spec) {
        int number = ++runs;
        ClosedRun run = new ClosedRun(spec, around, random.fork("run-" + number), idPrefix() + number);
        run.start();
        return run;
    }

    @Override
    public LoadRun start(OpenLoadSpec spec, AnswerObserver observer) {
        RandomSource own = random.fork("open-run-" + ++runs);
        Arrivals arrivals = Arrivals.drawn(spec, around.config().promptVocabulary(), own);
        return start(arrivals, spec.retriesMax(), spec.retryNanos(), observer, "open-");
    }

    @Override
    public LoadRun start(Script script, AnswerObserver observer) {
        RandomSource own = random.fork("script-run-" + ++runs);
        return start(Arrivals.scripted(script, own), 0, 0, observer, "script-");
    }

    private LoadRun start(Arrivals arrivals, int retriesMax, long retryNanos, AnswerObserver observer, String kind) {
        OpenRun run = new OpenRun(arrivals, retriesMax, retryNanos, observer, around, idPrefix() + kind + runs);
        run.start();
        return run;
    }

    private String idPrefix() {
        return around.config().idPrefix() + '-';
    }
}
