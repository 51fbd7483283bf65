package io.faultline.runtime.workload;

import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.world.LoadControl.AnswerObserver;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadTally;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;

/// An open-loop run: when a request is sent does not depend on the answers, and a loop that was late catches up, so
/// that its lateness does not relieve the service. Confined to the clients' loop.
final class OpenRun implements LoadRun {
    private final Arrivals arrivals;
    private final int retriesMax;
    private final long retryNanos;
    private final AnswerObserver observer;
    private final ClientSide around;
    private final String idPrefix;
    private final long startedNanos;
    private int open;
    private int sent;
    private int completed;
    private boolean draining;

    /// @param retriesMax how often a refused request is sent again
    /// @param retryNanos after which time
    OpenRun(
            Arrivals arrivals,
            int retriesMax,
            long retryNanos,
            AnswerObserver observer,
            ClientSide around,
            String idPrefix) {
        this.arrivals = arrivals;
        this.retriesMax = retriesMax;
        this.retryNanos = retryNanos;
        this.observer = observer;
        this.around = around;
        this.idPrefix = idPrefix;
        this.startedNanos = around.loop().now();
    }

    void start() {
        scheduleNext();
    }

    private void scheduleNext() {
        if (arrivals.hasNext()) {
            long waitNanos = startedNanos + arrivals.nextNanos() - around.loop().now();
            around.loop().after(Math.max(0, waitNanos), this::arrive);
        }
    }

    private void arrive() {
        if (!draining) {
            new Asking(arrivals.next(), sent++).ask();
            scheduleNext();
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
        return open == 0 && (draining || !arrivals.hasNext());
    }

    @Override
    public LoadTally tally() {
        return new LoadTally(sent, completed);
    }

    /// One request with its retries.
    private final class Asking {
        private final Question question;
        private final int number;
        private final long sentNanos;
        private int tries;

        Asking(Question question, int number) {
            this.question = question;
            this.number = number;
            this.sentNanos = around.loop().now();
            open++;
        }

        void ask() {
            String id = idPrefix + '-' + number + (tries == 0 ? "" : "-" + tries);
            tries++;
            around.ask(id, question, this::ended);
        }

        private void ended(CheckedAnswer answer, Outcome outcome) {
            if (outcome instanceof Outcome.Rejected && tries <= retriesMax && !draining) {
                around.loop().after(retryNanos, this::ask);
                return;
            }
            open--;
            completed += outcome instanceof Outcome.Completed ? 1 : 0;
            long first = answer.firstDeltaNanos();
            int tokens = answer.received();
            observer.ended(new ObservedAnswer(
                    question.caller(),
                    outcome,
                    sentNanos,
                    first < 0 ? -1 : first - sentNanos,
                    tokens < 2 ? 0 : (answer.lastDeltaNanos() - first) / (tokens - 1),
                    tokens));
        }
    }
}
