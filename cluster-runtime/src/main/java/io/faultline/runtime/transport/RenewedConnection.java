package io.faultline.runtime.transport;

import io.faultline.runtime.seam.NodeLoop;

/// A connection to one peer that is made again whenever its owner gives it up, after waits that double until the peer
/// has proved itself. The owner hears of the present connection alone: the word of an abandoned one changes nothing.
/// Confined to the loop.
public final class RenewedConnection {
    private final NodeLoop loop;
    private final Transport transport;
    private final Address address;
    private final long waitMinNanos;
    private final long waitMaxNanos;
    private final ConnectionListener owner;
    private Connection connection = Connection.NONE;
    private NodeLoop.Timer renewal = () -> {};
    private long waitNanos;
    /// Counts connections.
    private long attempt;

    /// @param waitMinNanos before the second connection
    /// @param waitMaxNanos before any
    /// @param owner who has to [#renew] or [#close] when it hears `closed`
    public RenewedConnection(
            NodeLoop loop,
            Transport transport,
            Address address,
            long waitMinNanos,
            long waitMaxNanos,
            ConnectionListener owner) {
        this.loop = loop;
        this.transport = transport;
        this.address = address;
        this.waitMinNanos = waitMinNanos;
        this.waitMaxNanos = waitMaxNanos;
        this.owner = owner;
        this.waitNanos = waitMinNanos;
    }

    /// Makes the first connection.
    public void connect() {
        long mine = ++attempt;
        connection = transport.connect(address, new ConnectionListener() {
            @Override
            public void opened() {
                if (mine == attempt) {
                    owner.opened();
                }
            }

            @Override
            public void received(Frame frame) {
                if (mine == attempt) {
                    owner.received(frame);
                }
            }

            @Override
            public void closed(CloseReason reason) {
                if (mine == attempt) {
                    owner.closed(reason);
                }
            }
        });
    }

    public void send(Frame frame) {
        connection.send(frame);
    }

    /// The peer works: should it be lost, it is looked for again soon.
    public void proven() {
        waitNanos = waitMinNanos;
    }

    /// Gives the connection up; another one follows after the wait.
    public void renew() {
        close();
        renewal = loop.after(waitNanos, this::connect);
        waitNanos = Math.min(2 * waitNanos, waitMaxNanos);
    }

    /// For good, unless it is renewed.
    public void close() {
        attempt++;
        renewal.cancel();
        connection.close();
    }
}
