package io.faultline.backend.playbook;

import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.playbook.PlaybookSimulation.Simulated;
import io.faultline.playbook.model.Playbook;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works off simulated runs one after the other, so that however many are asked for, the live cluster keeps the other
/// processors, and writes finished runs to the archive. Thread-safe.
public final class SimulationQueue implements AutoCloseable {
    /// Simulations that wait; more are refused.
    static final int WAITING_MAX = 8;

    private static final Logger LOG = LoggerFactory.getLogger(SimulationQueue.class);
    private static final int ARCHIVING_MAX = 64;

    private final PlaybookSimulation simulation;
    private final PlaybookArchive archive;
    private final RunLedger ledger;
    private final ClusterFeed feed;
    private final ThreadPoolExecutor simulating = oneThread("simulations", WAITING_MAX);
    private final ThreadPoolExecutor archiving = oneThread("archive", ARCHIVING_MAX);

    public SimulationQueue(PlaybookSimulation simulation, PlaybookArchive archive, RunLedger ledger, ClusterFeed feed) {
        this.feed = feed;
        this.simulation = simulation;
        this.archive = archive;
        this.ledger = ledger;
    }

    /// Why it was not added, if it was not.
    Optional<String> add(Playbook playbook, Map<String, String> parameters, PlaybookRunRecord run) {
        try {
            simulating.execute(() -> simulate(playbook, parameters, run));
            return Optional.empty();
        } catch (RejectedExecutionException _) {
            return Optional.of(WAITING_MAX + " simulations wait already; try again when one has ended");
        }
    }

    /// Does something for which nobody waits.
    void inBackground(Runnable task) {
        try {
            archiving.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("could not archive a playbook run", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.error("could not archive a playbook run", e);
        }
    }

    private void simulate(Playbook playbook, Map<String, String> parameters, PlaybookRunRecord run) {
        Simulated simulated;
        try {
            simulated = simulation.run(playbook, parameters, run.seed());
        } catch (RuntimeException e) {
            LOG.error("the simulation of run {} broke", run.id(), e);
            simulated = new Simulated("failed", "the simulation broke; see the console's log", "", Optional.empty());
        }
        PlaybookRunRecord ended =
                ledger.end(run, simulated.outcome(), simulated.why(), simulated.digest(), simulated.report());
        // A quiet cluster takes no frames of its own accord, and somebody may be waiting for this run's page to change.
        feed.refresh();
        Simulated result = simulated;
        inBackground(() -> archive.save(ended, result.report()));
    }

    private static ThreadPoolExecutor oneThread(String name, int waitingMax) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waitingMax),
                Thread.ofPlatform().name(name).daemon(true).factory());
    }

    @Override
    public void close() {
        simulating.shutdownNow();
        archiving.shutdown();
        try {
            if (!archiving.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("some playbook runs were not archived in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
