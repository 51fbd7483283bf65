package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.FaultEvent;
import java.util.LinkedHashMap;
import java.util.List;

/// The newest `faultsMax` faults, active or over.
final class FaultFold implements Fold {
    private final int faultsMax;
    private final LinkedHashMap<String, FaultView> faults = new LinkedHashMap<>();

    FaultFold(int faultsMax) {
        this.faultsMax = faultsMax;
    }

    @Override
    public void apply(ClusterEvent event) {
        switch (event.record()) {
            case FaultEvent.FaultInjected f -> {
                faults.put(f.fault(), new FaultView(f.fault(), f.kind(), f.target(), f.by(), event.atNanos(), -1, ""));
                if (faults.size() > faultsMax) {
                    faults.pollFirstEntry();
                }
            }
            case FaultEvent.FaultRecovered f ->
                faults.computeIfPresent(
                        f.fault(),
                        (_, v) -> new FaultView(
                                v.id(), v.kind(), v.target(), v.by(), v.injectedAtNanos(), event.atNanos(), f.how()));
            default -> {
                // Not about a fault.
            }
        }
    }

    List<FaultView> newest() {
        return List.copyOf(faults.sequencedValues().reversed());
    }
}
