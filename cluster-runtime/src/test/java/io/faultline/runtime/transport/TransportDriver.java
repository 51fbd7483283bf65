package io.faultline.runtime.transport;

import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import java.util.function.BooleanSupplier;

/// A network for [TransportConformance], in virtual or in real time.
public interface TransportDriver extends AutoCloseable {
    /// A node's new life, with a loop of its own or a shared one.
    Peer start(String name);

    /// Lets time pass until the condition is true; fails when it does not come true.
    void await(String what, BooleanSupplier condition);

    /// An address at which nobody listens.
    Address nowhere();

    @Override
    void close();

    /// One life of one node.
    interface Peer {
        Transport transport();

        /// Runs a task as a turn of the node's loop and waits for its end.
        void run(Runnable task);

        /// Ends it as a killed process ends.
        void kill();
    }

    /// What a listener heard, as words; may be read from another thread.
    final class Heard implements ConnectionListener {
        private final StringBuilder words = new StringBuilder();

        @Override
        public void opened() {
            note("opened");
        }

        @Override
        public void received(Frame frame) {
            note(
                    switch (frame) {
                        case Frame.Ping(long number) -> "ping " + number;
                        case Frame.StreamFailed(long stream, var type, String message) ->
                            "failed " + stream + ' ' + type + ' ' + message.length();
                        default -> frame.toString();
                    });
        }

        @Override
        public void closed(CloseReason reason) {
            note("closed " + reason);
        }

        private synchronized void note(String what) {
            words.append(what).append(';');
        }

        public synchronized boolean has(String what) {
            return words.indexOf(what + ';') >= 0;
        }

        public synchronized String words() {
            return words.toString();
        }
    }
}
