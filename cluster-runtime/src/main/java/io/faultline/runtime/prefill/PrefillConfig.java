package io.faultline.runtime.prefill;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// Everything that can be chosen about remote prefill. Immutable.
///
/// @param queue name of the queue of jobs
/// @param rules to begin with
/// @param patienceNanos longest time that a decode worker waits for a prompt's blocks before it prefills by itself;
///     default 5 s. A few ack waits of the queue, so that a job survives the loss of its prefill worker
/// @param publishTriesMax how often a decode worker tries to put a job into the queue; default 3
/// @param publishRetryNanos wait before the second try, doubling; default 50 ms
/// @param observeNanos how often a decode worker asks how long the queue is; default 250 ms
/// @param failuresToPause failures in a row after which a decode worker does without remote prefill for a while;
///     default 2
/// @param pauseMinNanos how long at first; default 1 s. It doubles with each further failure
/// @param pauseMaxNanos and at most; default 30 s
/// @param jobsMax jobs that a prefill worker has at the same time; default 4
/// @param pullNanos how long a prefill worker's pull waits; default 5 s
/// @param inProgressNanos how often a prefill worker says that it is still at a job; default 300 ms, less than a
///     third of the queue's ack wait, so that two words may be lost
/// @param transfer how blocks travel
/// @param spool where they wait for a peer that cannot be reached
@RecordBuilder
public record PrefillConfig(
        String queue,
        PrefillRules rules,
        long patienceNanos,
        int publishTriesMax,
        long publishRetryNanos,
        long observeNanos,
        int failuresToPause,
        long pauseMinNanos,
        long pauseMaxNanos,
        int jobsMax,
        long pullNanos,
        long inProgressNanos,
        TransferConfig transfer,
        SpoolConfig spool)
        implements PrefillConfigBuilder.With {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    public PrefillConfig {
        Invariants.check(patienceNanos > 0 && publishRetryNanos > 0 && observeNanos > 0, "times are above 0 ns");
        Invariants.check(pullNanos > 0 && inProgressNanos > 0, "times are above 0 ns");
        Invariants.check(publishTriesMax > 0 && failuresToPause > 0 && jobsMax > 0, "counts are above 0");
        Invariants.check(
                pauseMinNanos > 0 && pauseMinNanos <= pauseMaxNanos, "the first pause is not longer than the last");
    }

    public static PrefillConfig defaults() {
        return new PrefillConfig(
                "dynamo_prefill_queue",
                PrefillRules.defaults(),
                5 * SECOND,
                3,
                50 * MS,
                250 * MS,
                2,
                SECOND,
                30 * SECOND,
                4,
                5 * SECOND,
                300 * MS,
                TransferConfig.defaults(),
                SpoolConfig.defaults());
    }

    /// How blocks travel from worker to worker.
    ///
    /// @param bytesPerToken keys and values of one token; default 819 200, a 13 B model's: 2 (keys and values) x
    ///     40 layers x 5120 x 2 bytes
    /// @param bytesPerSecond of a prefill worker's uplink, shared by its transfers; default 25 GB/s, a 200 Gbit/s
    ///     network card
    /// @param setUpNanos before the first byte; default 50 µs
    /// @param chunkBlocks blocks that are sent in one piece; default 32
    /// @param chunksInFlight pieces sent and not yet confirmed, in one transfer; default 2
    /// @param answerNanos a peer that does not answer a piece or an offer for so long cannot be reached; default
    ///     500 ms
    /// @param retryMinNanos wait before it is tried again, doubling; default 100 ms
    /// @param retryMaxNanos and at most; default 1 s
    @RecordBuilder
    public record TransferConfig(
            long bytesPerToken,
            double bytesPerSecond,
            long setUpNanos,
            int chunkBlocks,
            int chunksInFlight,
            long answerNanos,
            long retryMinNanos,
            long retryMaxNanos)
            implements PrefillConfigTransferConfigBuilder.With {
        public TransferConfig {
            Invariants.check(bytesPerToken > 0 && bytesPerSecond > 0, "blocks have a size and take time");
            Invariants.check(setUpNanos >= 0 && answerNanos > 0, "times are not negative");
            Invariants.check(chunkBlocks > 0 && chunksInFlight > 0, "something is sent");
            Invariants.check(
                    retryMinNanos > 0 && retryMinNanos <= retryMaxNanos, "the first retry is not later than the last");
        }

        public static TransferConfig defaults() {
            return new TransferConfig(819_200, 25e9, 50_000, 32, 2, 500 * MS, 100 * MS, SECOND);
        }
    }

    /// A prefill worker's store for blocks whose decode worker cannot be reached.
    ///
    /// @param bytesMax what it holds at most; default 64 GiB
    /// @param writeBytesPerSecond default 5 GB/s, an NVMe disk of the fourth generation
    /// @param readBytesPerSecond default 7 GB/s
    /// @param accessNanos before the first byte; default 80 µs
    public record SpoolConfig(long bytesMax, double writeBytesPerSecond, double readBytesPerSecond, long accessNanos) {
        public SpoolConfig {
            Invariants.check(bytesMax >= 0 && accessNanos >= 0, "limits are not negative");
            Invariants.check(writeBytesPerSecond > 0 && readBytesPerSecond > 0, "writing and reading take time");
        }

        public static SpoolConfig defaults() {
            return new SpoolConfig(64L << 30, 5e9, 7e9, 80_000);
        }
    }
}
