package io.faultline.runtime.admission;

/// The right of one request to be in flight, from its admission to its end, through all its migrations. Tells the
/// limit what the request's latencies are; those of a stream that broke say nothing about congestion and are left
/// out. Confined to the loop.
public final class Permit {
    /// Tokens between two looks at the clock.
    private static final int STRIDE = 8;

    private final ModelAdmission model;
    private final FairShare.Claim claim;
    private final long beganNanos;
    private final int promptTokens;
    private int computedTokens;
    private long lastLookNanos;
    private int tokens;
    private boolean disturbed;
    private boolean released;

    Permit(ModelAdmission model, FairShare.Claim claim, int promptTokens, long nowNanos) {
        this.model = model;
        this.claim = claim;
        this.promptTokens = promptTokens;
        this.computedTokens = promptTokens;
        this.beganNanos = nowNanos;
    }

    /// The prompt is computed, except for what the worker had in its cache.
    public void prefilled(int cachedTokens) {
        computedTokens = Math.max(1, promptTokens - cachedTokens);
    }

    /// A token came.
    public void token() {
        if (!model.isAdaptive()) {
            return;
        }
        tokens++;
        if (tokens == 1) {
            lastLookNanos = model.now();
            if (!disturbed) {
                model.firstToken(computedTokens, lastLookNanos - beganNanos);
            }
            disturbed = false;
        } else if (disturbed) {
            tokens = 1;
            disturbed = false;
            lastLookNanos = model.now();
        } else if (tokens % STRIDE == 1) {
            long now = model.now();
            model.betweenTokens((double) (now - lastLookNanos) / STRIDE);
            lastLookNanos = now;
        }
    }

    /// The stream broke; the request may go on elsewhere.
    public void broke() {
        disturbed = true;
    }

    /// The request ended. Once.
    /// @param completed whether its whole answer was delivered
    public void release(boolean completed) {
        if (!released) {
            released = true;
            claim.ended();
            model.released(completed ? model.now() - beganNanos : -1);
        }
    }
}
