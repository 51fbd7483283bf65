package io.faultline.backend.operation;

import java.util.concurrent.CompletableFuture;

/// How machines of one kind of cluster are left alone and used again. From any thread.
public interface MachineControl {

    /// @param cordoned true = nothing new is started there
    /// @return false when there is no such machine, or nobody who could do it
    CompletableFuture<Boolean> cordon(String machine, boolean cordoned, String by);
}
