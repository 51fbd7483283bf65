package io.faultline.backend.operation;

import java.util.concurrent.CompletableFuture;

/// How one kind of cluster ends a request from outside. From any thread.
public interface RequestCancellation {

    /// The answer is false when no request of that id is open.
    CompletableFuture<Boolean> cancel(String requestId);
}
