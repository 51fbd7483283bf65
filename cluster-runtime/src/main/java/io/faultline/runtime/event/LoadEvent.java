package io.faultline.runtime.event;

/// How loaded workers are, and how much a frontend admits.
public sealed interface LoadEvent extends EventRecord {
    /// A worker told the frontends how loaded it is; written when that differs from what it told last.
    /// @param activeDecodeBlocks KV blocks referenced by sequences
    /// @param activePrefillTokens prompt tokens still to be computed
    /// @param running sequences in the batch
    /// @param waiting sequences in the queue
    record LoadReported(
            long instance, int activeDecodeBlocks, int kvBlocks, int activePrefillTokens, int running, int waiting)
            implements LoadEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(activeDecodeBlocks)
                    .add(kvBlocks)
                    .add(activePrefillTokens)
                    .add(running)
                    .add(waiting);
        }
    }

    /// An instance crossed a busy threshold in a frontend's eyes, which adds to the instance's report what it sent
    /// there since.
    record InstanceBusy(long instance, boolean busy, int activeDecodeBlocks, long activePrefillTokens)
            implements LoadEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(busy).add(activeDecodeBlocks).add(activePrefillTokens);
        }
    }

    /// A frontend uses other busy thresholds from now on; -1 = none.
    /// @param decodeBlocks share of an instance's KV blocks
    /// @param prefillTokens prompt tokens still to be computed
    /// @param prefillShare the same as a multiple of the tokens that an iteration takes
    /// @param by who changed them
    record BusyThresholdsChanged(String model, double decodeBlocks, long prefillTokens, double prefillShare, String by)
            implements LoadEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(model)
                    .add(decodeBlocks)
                    .add(prefillTokens)
                    .add(prefillShare)
                    .add(by);
        }
    }

    /// A frontend's adaptive limit of requests in flight moved noticeably.
    /// @param ttftRatio times to first token of late, as a multiple of the uncongested ones; 0 = unknown
    /// @param itlRatio the same of the times between tokens
    record AdmissionLimitChanged(
            String model, int limit, int inFlight, int instances, double ttftRatio, double itlRatio)
            implements LoadEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(model)
                    .add(limit)
                    .add(inFlight)
                    .add(instances)
                    .add(ttftRatio)
                    .add(itlRatio);
        }
    }
}
