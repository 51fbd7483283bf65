package io.faultline.runtime.workload;

import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.runtime.world.LoadControl.LoadTally;

/// A closed-loop run: a client sends its next request when the last has ended, after a pause if that was refused or
/// failed. Confined to the clients' loop.
final class ClosedRun implements LoadRun {
    private final LoadSpec spec;
    private final ClientSide around;
    private final RandomSource draws;
    private final String idPrefix;
    private final int[] sharedPrefix;
    private int open;
    private int active;
    private int sent;
    private int completed;
    private boolean draining;

    ClosedRun(LoadSpec spec, ClientSide around, RandomSource random, String idPrefix) {
        this.spec = spec;
        this.around = around;
        this.draws = random;
        this.idPrefix = idPrefix;
        this.sharedPrefix = tokens(draws.fork("prefix"), spec.sharedPrefixTokens());
    }

    void start() {
        active = spec.clients();
        for (int c = 0; c < spec.clients(); c++) {
            Client client = new Client(c, draws.fork("client-" + c));
            around.loop().after(spec.rampNanos() * c / spec.clients(), client::next);
        }
    }

    @Override
    public void drain() {
        draining = true;
    }

    @Override
    public int open() {
        return open;
    }

    @Override
    public boolean isFinished() {
        return open == 0 && (active == 0 || draining);
    }

    @Override
    public LoadTally tally() {
        return new LoadTally(sent, completed);
    }

    private int[] tokens(RandomSource from, int count) {
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = from.nextInt(around.config().promptVocabulary());
        }
        return drawn;
    }

    /// One client: a request, then the next.
    private final class Client {
        private final int client;
        private final RandomSource own;
        private int ownSent;

        Client(int client, RandomSource own) {
            this.client = client;
            this.own = own;
        }

        void next() {
            boolean enough = spec.requestsPerClient() > 0 && ownSent == spec.requestsPerClient();
            if (draining || enough) {
                active--;
                return;
            }
            int[] fresh = tokens(own, (int) own.nextLong(spec.promptTokensMin(), spec.promptTokensMax()));
            int[] prompt = new int[sharedPrefix.length + fresh.length];
            System.arraycopy(sharedPrefix, 0, prompt, 0, sharedPrefix.length);
            System.arraycopy(fresh, 0, prompt, sharedPrefix.length, fresh.length);
            StopConditions stop = around.config().stops().draw(spec.maxTokens(), own);
            Question question =
                    new Question(Caller.ANYBODY, prompt, stop, new SamplingOptions(1.0, 1.0, own.nextLong()));
            open++;
            sent++;
            around.ask(idPrefix + '-' + client + '-' + ownSent++, question, this::ended);
        }

        private void ended(CheckedAnswer answer, Outcome outcome) {
            open--;
            if (outcome instanceof Outcome.Completed) {
                completed++;
                next();
            } else {
                around.loop().after(around.config().retryNanos(), this::next);
            }
        }
    }
}
