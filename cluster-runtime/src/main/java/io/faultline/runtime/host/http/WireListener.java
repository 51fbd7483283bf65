package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import org.jspecify.annotations.Nullable;

/// Hears what happens between the API and its clients before or beside the requests that reach a frontend. Called
/// from any thread; answers at once.
public interface WireListener {
    WireListener NONE = new WireListener() {
        @Override
        public void connectionOpened() {}

        @Override
        public void connectionClosed() {}

        @Override
        public void connectionRefused() {}

        @Override
        public void requestRefused(@Nullable ApiEndpoint endpoint, int status, String code, String label) {}

        @Override
        public void clientTooSlow() {}

        @Override
        public void held(long bodyBytes, long unsentBytes) {}

        @Override
        public void loopLate(long nanos) {}
    };

    void connectionOpened();

    void connectionClosed();

    /// A connection beyond the limit was closed.
    void connectionRefused();

    /// A request was refused without a frontend having been asked.
    /// @param endpoint that it was for; null when it was for none
    /// @param code one of a few dozen words
    /// @param label value of the metrics' `error_type` label
    void requestRefused(@Nullable ApiEndpoint endpoint, int status, String code, String label);

    /// A client did not read, and was dropped.
    void clientTooSlow();

    /// What the server holds right now for clients that send and for clients that do not read.
    void held(long bodyBytes, long unsentBytes);

    /// The frontend's loop came this much too late to a task that was due.
    void loopLate(long nanos);
}
