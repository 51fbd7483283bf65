package io.faultline.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenewedConnectionTest {
    private static final long MS = 1_000_000L;
    private static final Address PEER = new Address("peer");

    private final ManualLoop loop = new ManualLoop();
    private final LoopbackNetwork network = new LoopbackNetwork(loop);
    private final List<String> heard = new ArrayList<>();
    private final List<Connection> accepted = new ArrayList<>();
    private final List<Frame> arrived = new ArrayList<>();
    private final RenewedConnection connection =
            new RenewedConnection(loop, network.transportFor("owner"), PEER, 10 * MS, 40 * MS, new Owner());

    /// Gives up whatever closes.
    private final class Owner implements ConnectionListener {
        @Override
        public void opened() {
            heard.add("opened at " + loop.now() / MS);
        }

        @Override
        public void received(Frame frame) {
            heard.add("received " + frame);
        }

        @Override
        public void closed(CloseReason reason) {
            heard.add(reason + " at " + loop.now() / MS);
            connection.renew();
        }
    }

    private void peerListens() {
        network.transportFor("peer").listen(far -> {
            accepted.add(far);
            return new ConnectionListener() {
                @Override
                public void opened() {}

                @Override
                public void received(Frame frame) {
                    arrived.add(frame);
                }

                @Override
                public void closed(CloseReason reason) {}
            };
        });
    }

    @Test
    void waitsDoubleUpToTheLongest() {
        connection.connect();
        loop.runFor(120 * MS);

        assertThat(heard)
                .containsExactly("REFUSED at 0", "REFUSED at 10", "REFUSED at 30", "REFUSED at 70", "REFUSED at 110");
    }

    @Test
    void aPeerThatProvedItselfIsLookedForSoon() {
        connection.connect();
        loop.runFor(60 * MS);
        peerListens();
        loop.runFor(20 * MS);
        assertThat(heard).endsWith("opened at 70");
        connection.proven();
        heard.clear();

        accepted.getFirst().close();
        loop.runFor(10 * MS);

        assertThat(heard).containsExactly("PEER_CLOSED at 80", "opened at 90");
    }

    @Test
    void anOpenedConnectionIsNoProof() {
        peerListens();
        connection.connect();
        loop.runDue();
        accepted.getFirst().close();
        loop.runFor(10 * MS);
        accepted.getLast().close();
        loop.runFor(20 * MS);

        assertThat(heard)
                .containsExactly(
                        "opened at 0", "PEER_CLOSED at 0", "opened at 10", "PEER_CLOSED at 10", "opened at 30");
    }

    @Test
    void theWordOfAnAbandonedConnectionChangesNothing() {
        peerListens();
        connection.connect();
        loop.runDue();
        heard.clear();

        accepted.getFirst().send(new Frame.Pong(1, true));
        accepted.getFirst().close();
        connection.renew();
        loop.runDue();
        assertThat(heard).isEmpty();

        loop.runFor(10 * MS);
        assertThat(heard).containsExactly("opened at 10");
        connection.send(new Frame.Ping(3));
        loop.runDue();
        assertThat(arrived).containsExactly(new Frame.Ping(3));
    }

    @Test
    void aClosedOneStaysClosed() {
        connection.connect();
        loop.runDue();
        connection.close();
        peerListens();
        connection.send(new Frame.Ping(1));
        loop.runFor(1_000 * MS);

        assertThat(accepted).isEmpty();
        assertThat(heard).containsExactly("REFUSED at 0");
        assertThat(loop.pending()).isZero();
    }
}
