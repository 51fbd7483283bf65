package io.faultline.runtime.host.process;

import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;
import java.util.ArrayList;
import java.util.List;

/// Keeps to itself that connections broke until discovery has dropped an instance. It shows what a frontend would be
/// without failure detection of its own; there is no other use for it. Confined to the node's loop.
final class LeaseOnlyTransport implements Transport {
    private final Transport sockets;
    private final List<Runnable> withheld = new ArrayList<>();

    LeaseOnlyTransport(Transport sockets) {
        this.sockets = sockets;
    }

    /// An instance is gone from discovery: what is known of broken connections may be told.
    void release() {
        List<Runnable> told = List.copyOf(withheld);
        withheld.clear();
        told.forEach(Runnable::run);
    }

    @Override
    public Address listen(Acceptor acceptor) {
        return sockets.listen(acceptor);
    }

    @Override
    public Connection connect(Address to, ConnectionListener listener) {
        return sockets.connect(to, new ConnectionListener() {
            private boolean wasOpen;

            @Override
            public void opened() {
                wasOpen = true;
                listener.opened();
            }

            @Override
            public void received(Frame frame) {
                listener.received(frame);
            }

            @Override
            public void closed(CloseReason reason) {
                if (wasOpen) {
                    withheld.add(() -> listener.closed(reason));
                } else {
                    listener.closed(reason);
                }
            }
        });
    }
}
