package io.faultline.backend.api;

import io.faultline.runtime.history.FaultView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One injected fault.
///
/// @param recoveredAt null while it is active
/// @param how how it ended; null while it is active
record FaultAnswer(
        String id,
        String kind,
        String target,
        String by,
        boolean active,
        Instant injectedAt,
        @Nullable Instant recoveredAt,
        @Nullable String how) {

    static FaultAnswer of(FaultView f, Moments moments) {
        return new FaultAnswer(
                f.id(),
                f.kind(),
                f.target(),
                f.by(),
                f.recoveredAtNanos() < 0,
                moments.at(f.injectedAtNanos()),
                moments.maybeAt(f.recoveredAtNanos()),
                RequestAnswer.orNull(f.how()));
    }
}
