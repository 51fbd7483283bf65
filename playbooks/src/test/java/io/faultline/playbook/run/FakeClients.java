package io.faultline.playbook.run;

import static io.faultline.playbook.run.FakeWorld.MS;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.world.LoadControl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Closed-loop clients whose requests take 50 ms to the first token and 10 ms a token.
final class FakeClients implements LoadControl {
    private static final long TOKEN_MILLIS = 10;

    /// What becomes of a stream whose worker dies.
    enum OnDeath {
        CONTINUES,
        CONTINUES_WRONGLY,
        FAILS,
        HANGS
    }

    OnDeath onDeath = OnDeath.CONTINUES;
    long gapNanos = 200 * MS;
    private final FakeWorld world;
    private final Map<String, Request> open = new LinkedHashMap<>();
    private int turn;

    FakeClients(FakeWorld world) {
        this.world = world;
    }

    @Override
    public LoadRun start(LoadSpec spec) {
        Run run = new Run(spec);
        for (int c = 0; c < spec.clients(); c++) {
            int client = c;
            world.loop.after(spec.rampNanos() * c / spec.clients(), () -> run.next(client, 0));
        }
        return run;
    }

    @Override
    public LoadRun start(OpenLoadSpec spec, AnswerObserver observer) {
        throw new UnsupportedOperationException("playbooks use closed loops");
    }

    @Override
    public LoadRun start(Script script, AnswerObserver observer) {
        throw new UnsupportedOperationException("playbooks use closed loops");
    }

    void workerDied(NodeId worker) {
        for (Request request : List.copyOf(open.values())) {
            if (worker.equals(request.worker)) {
                request.broke();
            }
        }
    }

    private void say(EventRecord record) {
        world.say("frontend-0", record);
    }

    private final class Run implements LoadRun {
        private final LoadSpec spec;
        private boolean draining;
        private int live;
        private int sent;
        private int completed;
        private int running;

        Run(LoadSpec spec) {
            this.spec = spec;
            this.live = spec.clients();
        }

        void next(int client, int number) {
            if (draining || spec.requestsPerClient() > 0 && number == spec.requestsPerClient()) {
                live--;
                return;
            }
            sent++;
            running++;
            Request request = new Request(this, client, number, "r-" + client + "-" + number);
            open.put(request.id, request);
            request.begin();
        }

        @Override
        public void drain() {
            draining = true;
        }

        @Override
        public int open() {
            return running;
        }

        @Override
        public boolean isFinished() {
            return running == 0 && (live == 0 || draining);
        }

        @Override
        public LoadTally tally() {
            return new LoadTally(sent, completed);
        }
    }

    private final class Request {
        private final Run run;
        private final int client;
        private final int number;
        private final String id;
        private final List<NodeLoop.Timer> timers = new ArrayList<>();
        private final long startedAt = world.loop.now();
        private @Nullable NodeId worker;
        private long endsAt;
        private boolean isRight = true;

        Request(Run run, int client, int number, String id) {
            this.run = run;
            this.client = client;
            this.number = number;
            this.id = id;
        }

        void begin() {
            say(new RequestEvent.RequestReceived(id, "m", ApiEndpoint.COMPLETIONS, true, 10, run.spec.maxTokens()));
            route(0);
            endsAt = world.loop.now() + 50 * MS + run.spec.maxTokens() * TOKEN_MILLIS * MS;
            timers.add(world.loop.after(50 * MS, () -> {
                say(new RequestEvent.FirstToken(id, world.instanceOf(worker), 50 * MS));
            }));
            timers.add(world.loop.after(endsAt - world.loop.now(), this::completed));
        }

        private void route(int attempt) {
            List<NodeId> candidates = world.running();
            worker = candidates.get(turn++ % candidates.size());
            say(new RequestEvent.RequestRouted(id, attempt, world.instanceOf(worker), candidates.size()));
        }

        void broke() {
            timers.forEach(NodeLoop.Timer::cancel);
            worker = null;
            MigrationType type = MigrationType.ONGOING_REQUEST;
            say(new MigrationEvent.MigrationStarted(id, 0, 1, type, ErrorType.DISCONNECTED, 10));
            switch (onDeath) {
                case HANGS -> {
                    // Nobody looks after it.
                }
                case FAILS -> {
                    say(new MigrationEvent.MigrationFailed(id, 0, 1, type, ErrorType.UNAVAILABLE));
                    say(new RequestEvent.RequestFailed(id, ErrorType.UNAVAILABLE, "nobody left", 1));
                    ended();
                }
                case CONTINUES, CONTINUES_WRONGLY -> {
                    isRight = onDeath == OnDeath.CONTINUES;
                    timers.add(world.loop.after(gapNanos, () -> {
                        route(1);
                        say(new MigrationEvent.MigrationCompleted(
                                id, 0, 1, world.instanceOf(worker), type, gapNanos, 10));
                        timers.add(world.loop.after(Math.max(0, endsAt - world.loop.now()), this::completed));
                    }));
                }
            }
        }

        private void completed() {
            int tokens = run.spec.maxTokens();
            say(new RequestEvent.RequestCompleted(
                    id, FinishReason.LENGTH, 10, tokens, 0, world.loop.now() - startedAt));
            world.say("clients", new ClientEvent.AnswerChecked(id, isRight, tokens, 1));
            run.completed++;
            ended();
        }

        private void ended() {
            open.remove(id);
            run.running--;
            run.next(client, number + 1);
        }
    }
}
