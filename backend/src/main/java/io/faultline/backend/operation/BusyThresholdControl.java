package io.faultline.backend.operation;

import io.faultline.runtime.admission.BusyThresholds;
import java.util.concurrent.CompletableFuture;

/// How one kind of cluster is given other busy thresholds. From any thread.
public interface BusyThresholdControl {

    /// Uses them on every frontend. The answer is false when none of them knows the model.
    CompletableFuture<Boolean> use(String model, BusyThresholds thresholds, String by);
}
