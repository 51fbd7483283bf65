package io.faultline.runtime.fault;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries faults out in one world. Every injection is recorded as
/// [io.faultline.runtime.event.FaultEvent.FaultInjected], ends by itself when its time is over, can be recovered
/// by id exactly once, and is then recorded as [io.faultline.runtime.event.FaultEvent.FaultRecovered].
///
/// Called on the operator's loop of that world.
public interface FaultInjector {

    /// @param duration after which the fault is reverted by itself; null for one that cannot be reverted or that
    ///     is to be recovered by hand (a kill is reverted by starting the node again)
    /// @param by who asked
    Result inject(Fault fault, @Nullable Duration duration, String by);

    /// Reverts one fault now.
    Result recover(String faultId, String by);

    /// Reverts everything that is active.
    void recoverAll(String by);

    /// The faults that have been injected and not yet reverted, oldest first.
    List<ActiveFault> active();

    sealed interface Result {
        /// @param faultId for [#recover]
        record Done(String faultId) implements Result {}

        /// Nothing was changed. `why` says what to do instead.
        record Refused(String why) implements Result {}
    }

    /// @param sinceNanos in the world's time
    record ActiveFault(String id, Fault fault, long sinceNanos, String by) {}
}
