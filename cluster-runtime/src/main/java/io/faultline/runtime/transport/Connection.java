package io.faultline.runtime.transport;

/// One end of an ordered, two-way connection. Confined to the owning node's loop.
public interface Connection {
    /// Sends a frame; dropped silently when the connection is closed.
    void send(Frame frame);

    /// Closes this end. Neither end's listener hears more frames; the peer's listener hears `closed`, this one's
    /// does not.
    void close();

    /// True when the peer is so far behind that more frames should wait (its buffer is over the high-water mark).
    boolean congested();

    /// To nobody, before there is one: what is sent is dropped.
    Connection NONE = new Connection() {
        @Override
        public void send(Frame frame) {}

        @Override
        public void close() {}

        @Override
        public boolean congested() {
            return false;
        }
    };
}
