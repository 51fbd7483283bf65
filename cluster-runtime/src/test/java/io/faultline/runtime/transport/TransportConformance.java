package io.faultline.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.transport.TransportDriver.Heard;
import io.faultline.runtime.transport.TransportDriver.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What [Transport] promises, for every network there is. A case gets nodes and waits for what it expects; nothing
/// here depends on how long a frame travels.
public abstract class TransportConformance {
    private TransportDriver network;
    private Peer client;
    private Peer server;
    private final Heard clientHeard = new Heard();
    private final List<Heard> serverHeard = new CopyOnWriteArrayList<>();
    private final List<Connection> accepted = new CopyOnWriteArrayList<>();

    protected abstract TransportDriver open();

    @BeforeEach
    final void start() {
        network = open();
        client = network.start("client");
        server = network.start("server");
    }

    @AfterEach
    final void stop() {
        network.close();
    }

    private Address listen() {
        AtomicReference<Address> address = new AtomicReference<>();
        server.run(() -> address.set(server.transport().listen(connection -> {
            Heard heard = new Heard();
            accepted.add(connection);
            serverHeard.add(heard);
            return heard;
        })));
        return address.get();
    }

    private Connection connect(Address to, Frame... first) {
        AtomicReference<Connection> connection = new AtomicReference<>();
        client.run(() -> {
            connection.set(client.transport().connect(to, clientHeard));
            for (Frame frame : first) {
                connection.get().send(frame);
            }
        });
        return connection.get();
    }

    private void serverHears(String what) {
        network.await(
                "the server hears " + what,
                () -> !serverHeard.isEmpty() && serverHeard.getFirst().has(what));
    }

    private void clientHears(String what) {
        network.await("the client hears " + what, () -> clientHeard.has(what));
    }

    private static Frame ping(long number) {
        return new Frame.Ping(number);
    }

    @Test
    void connectingIsNotHeardWithinTheCall() {
        Address address = listen();
        AtomicReference<String> within = new AtomicReference<>();
        client.run(() -> {
            client.transport().connect(address, clientHeard);
            client.transport().connect(network.nowhere(), clientHeard);
            within.set(clientHeard.words());
        });
        assertThat(within.get()).isEmpty();
        clientHears("opened");
        clientHears("closed REFUSED");
    }

    @Test
    void framesSentBeforeTheConnectionIsOpenWaitForIt() {
        connect(listen(), ping(1), ping(2));
        serverHears("ping 2");
        assertThat(serverHeard.getFirst().words()).isEqualTo("ping 1;ping 2;");
        clientHears("opened");
    }

    @Test
    void framesArriveInTheirOrderInBothDirections() {
        Connection connection = connect(listen(), ping(0));
        serverHears("ping 0");
        StringBuilder toServer = new StringBuilder("ping 0;");
        StringBuilder toClient = new StringBuilder("opened;");
        for (int turn = 0; turn < 20; turn++) {
            int base = 50 * turn;
            client.run(() -> {
                for (int i = 1; i <= 50; i++) {
                    connection.send(ping(base + i));
                }
            });
            server.run(() -> {
                for (int i = 1; i <= 50; i++) {
                    accepted.getFirst().send(ping(base + i));
                }
            });
            for (int i = 1; i <= 50; i++) {
                toServer.append("ping ").append(base + i).append(';');
                toClient.append("ping ").append(base + i).append(';');
            }
        }
        serverHears("ping 1000");
        clientHears("ping 1000");
        assertThat(serverHeard.getFirst().words()).isEqualTo(toServer.toString());
        assertThat(clientHeard.words()).isEqualTo(toClient.toString());
    }

    @Test
    void aLargeFrameArrivesWhole() {
        connect(listen(), new Frame.StreamFailed(7, ErrorType.INTERNAL, "x".repeat(300_000)), ping(1));
        serverHears("ping 1");
        assertThat(serverHeard.getFirst().words()).isEqualTo("failed 7 INTERNAL 300000;ping 1;");
    }

    @Test
    void nobodyListensThere() {
        Connection connection = connect(network.nowhere(), ping(1));
        clientHears("closed REFUSED");
        client.run(() -> connection.send(ping(2)));
        assertThat(clientHeard.words()).isEqualTo("closed REFUSED;");
    }

    @Test
    void closingDeliversWhatWasSentBefore() {
        Connection connection = connect(listen(), ping(1));
        serverHears("ping 1");
        client.run(() -> {
            connection.send(ping(2));
            connection.close();
            connection.send(ping(3));
            connection.close();
        });
        serverHears("closed PEER_CLOSED");
        assertThat(serverHeard.getFirst().words()).isEqualTo("ping 1;ping 2;closed PEER_CLOSED;");
        assertThat(clientHeard.words()).isEqualTo("opened;");
    }

    @Test
    void aServerThatClosesAfterItsLastWordsIsHeardWhole() {
        Connection connection = connect(listen(), ping(1));
        serverHears("ping 1");
        // The client keeps talking, so that something is unread when the server closes.
        client.run(() -> {
            for (int i = 2; i < 200; i++) {
                connection.send(ping(i));
            }
        });
        server.run(() -> {
            accepted.getFirst().send(new Frame.StreamFailed(1, ErrorType.ENGINE_SHUTDOWN, "bye"));
            accepted.getFirst().close();
        });
        clientHears("closed PEER_CLOSED");
        assertThat(clientHeard.words()).isEqualTo("opened;failed 1 ENGINE_SHUTDOWN 3;closed PEER_CLOSED;");
    }

    @Test
    void theOneWhoClosesHearsNothingMore() {
        Connection connection = connect(listen(), ping(1));
        serverHears("ping 1");
        clientHears("opened");
        client.run(connection::close);
        server.run(() -> accepted.getFirst().send(ping(9)));
        serverHears("closed PEER_CLOSED");
        assertThat(clientHeard.words()).isEqualTo("opened;");
    }

    @Test
    void thePeersOfAKilledNodeHearOfIt() {
        Address address = listen();
        connect(address, ping(1));
        serverHears("ping 1");
        server.run(() -> {
            for (int i = 0; i < 100; i++) {
                accepted.getFirst().send(ping(i));
            }
        });
        server.kill();
        clientHears("closed PEER_CLOSED");
        List<String> heard = new ArrayList<>(List.of(clientHeard.words().split(";")));
        assertThat(heard.removeFirst()).isEqualTo("opened");
        assertThat(heard.removeLast()).isEqualTo("closed PEER_CLOSED");
        // A tail may be lost, nothing in between.
        for (int i = 0; i < heard.size(); i++) {
            assertThat(heard.get(i)).isEqualTo("ping " + i);
        }
        Heard again = new Heard();
        client.run(() -> client.transport().connect(address, again));
        network.await("nobody listens at a dead node's address", () -> again.has("closed REFUSED"));
    }

    @Test
    void aKilledClientsConnectionsCloseToo() {
        connect(listen(), ping(1));
        serverHears("ping 1");
        client.kill();
        serverHears("closed PEER_CLOSED");
    }

    @Test
    void connectionsDoNotShareTheirFate() {
        Address address = listen();
        Connection first = connect(address, ping(1));
        serverHears("ping 1");
        Heard secondHeard = new Heard();
        AtomicReference<Connection> second = new AtomicReference<>();
        client.run(() -> {
            second.set(client.transport().connect(address, secondHeard));
            second.get().send(ping(2));
        });
        network.await(
                "both are accepted",
                () -> serverHeard.size() == 2 && serverHeard.get(1).has("ping 2"));
        client.run(first::close);
        serverHears("closed PEER_CLOSED");
        server.run(() -> accepted.get(1).send(ping(3)));
        network.await("the second goes on", () -> secondHeard.has("ping 3"));
        assertThat(secondHeard.words()).isEqualTo("opened;ping 3;");
    }
}
