package io.faultline.runtime.prefill;

/// Decides where a prompt is prefilled. Pure.
final class PrefillPolicy {
    private PrefillPolicy() {}

    /// What a decode worker knows when a prompt comes.
    ///
    /// @param uncachedTokens prompt tokens in whole blocks that its cache does not hold
    /// @param workers prefill workers in discovery
    /// @param queueAnswers whether the queue answered when it was last asked
    /// @param queueWaiting jobs that waited then, and what was added here since
    /// @param paused whether remote prefill failed so often lately that it rests
    record Situation(int uncachedTokens, int workers, boolean queueAnswers, int queueWaiting, boolean paused) {}

    /// Remote when the prompt is long enough to be worth it and somebody is there who will come to it soon.
    static boolean isRemote(PrefillRules rules, Situation now) {
        return now.uncachedTokens > rules.maxLocalPrefillLength()
                && now.workers > 0
                && now.queueAnswers
                && !now.paused
                && now.queueWaiting < rules.maxPrefillQueueSize();
    }
}
