package io.faultline.sim.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
    private static final long MILLI = 1_000_000;
    private static final NodeId CLIENT = new NodeId("client");
    private static final NodeId SERVER = new NodeId("server");

    private final VirtualTime time = new VirtualTime();
    private final NetworkConfig config = NetworkConfig.defaults();
    private final SimulatedNetwork network = new SimulatedNetwork(time, config, new RandomSource(5));
    private final List<String> client = new ArrayList<>();
    private final List<String> server = new ArrayList<>();
    private final List<ChannelEnd> accepted = new ArrayList<>();
    private final SimulatedLoop clientLoop = loop(CLIENT);
    private final SimulatedLoop serverLoop = loop(SERVER);
    private final NetworkPort clientPort = network.attach(CLIENT, clientLoop);
    private final NetworkPort serverPort = network.attach(SERVER, serverLoop);

    private SimulatedLoop loop(NodeId node) {
        return new SimulatedLoop(node, time, NodeClock.TRUE, (_, cause) -> {
            throw cause;
        });
    }

    private Address listen() {
        return serverPort.listen("test", end -> {
            accepted.add(end);
            return new Noting(server);
        });
    }

    private ChannelEnd connect(Address to) {
        return clientPort.connect(to, new Noting(client));
    }

    private void pass(long nanos) {
        time.runUntil(time.nowNanos() + nanos);
    }

    @Test
    void messagesArriveInTheOrderOfSendingWhateverTheirLatency() {
        ChannelEnd end = connect(listen());
        IntStream.range(0, 10).forEach(i -> end.send("early " + i));
        pass(MILLI);
        List<String> expected = new ArrayList<>();
        IntStream.range(0, 10).forEach(i -> expected.add("early " + i));
        for (int i = 0; i < 5_000; i++) {
            end.send(i);
            expected.add("" + i);
            pass(i % 7 * 10_000L);
        }
        pass(20 * MILLI);

        assertThat(server).isEqualTo(expected);
        assertThat(client).containsExactly("opened");
    }

    @Test
    void bothDirectionsAreIndependent() {
        ChannelEnd end = connect(listen());
        pass(MILLI);
        accepted.getFirst().send("hello");
        end.send("good day");
        pass(20 * MILLI);
        assertThat(client).containsExactly("opened", "hello");
        assertThat(server).containsExactly("good day");
    }

    @Test
    void refusesWhereNobodyListens() {
        connect(new Address("server:other"));
        assertThat(client).isEmpty();
        pass(20 * MILLI);
        assertThat(client).containsExactly("closed REFUSED");
    }

    @Test
    void closingDeliversWhatWasSentBefore() {
        ChannelEnd end = connect(listen());
        pass(MILLI);
        end.send("last words");
        end.close();
        end.send("unheard");
        pass(20 * MILLI);
        assertThat(server).containsExactly("last words", "closed PEER_CLOSED");
        assertThat(client).containsExactly("opened");
    }

    @Test
    void peerOfAKilledNodeHearsOfItAndLosesAtMostATail() {
        ChannelEnd end = connect(listen());
        pass(MILLI);
        IntStream.range(0, 100).forEach(end::send);
        clientLoop.kill();
        network.detach(clientPort);
        pass(20 * MILLI);

        assertThat(server.getLast()).isEqualTo("closed PEER_CLOSED");
        List<String> received = server.subList(0, server.size() - 1);
        assertThat(received)
                .isEqualTo(IntStream.range(0, received.size())
                        .mapToObj(i -> "" + i)
                        .toList());
        assertThat(client).containsExactly("opened");
    }

    @Test
    void killedNodeRefusesAndItsNextLifeListensAnew() {
        Address first = listen();
        serverLoop.kill();
        network.detach(serverPort);
        connect(first);
        pass(20 * MILLI);
        assertThat(client).containsExactly("closed REFUSED");

        network.attach(SERVER, loop(SERVER)).listen("test", _ -> new Noting(server));
        connect(first).send("back again");
        pass(20 * MILLI);
        assertThat(client).containsExactly("closed REFUSED", "opened");
        assertThat(server).containsExactly("back again");
    }

    @Test
    void frozenNodeAcceptsAndIsSilent() {
        Address address = listen();
        serverLoop.freeze();
        connect(address).send("anybody?");
        pass(5_000 * MILLI);
        assertThat(client).containsExactly("opened");
        assertThat(server).isEmpty();

        serverLoop.thaw();
        pass(1);
        assertThat(server).containsExactly("anybody?");
    }

    @Test
    void partitionHoldsMessagesUntilItIsHealed() {
        ChannelEnd end = connect(listen());
        pass(20 * MILLI);
        var partition = network.partition(List.of(CLIENT), List.of(SERVER));
        end.send("one");
        end.send("two");
        accepted.getFirst().send("three");
        pass(10_000 * MILLI);
        assertThat(server).isEmpty();
        assertThat(client).containsExactly("opened");

        partition.heal();
        partition.heal();
        pass(20 * MILLI);
        assertThat(server).containsExactly("one", "two");
        assertThat(client).containsExactly("opened", "three");
    }

    @Test
    void channelClosedDuringThePartitionDeliversNothingToTheOneWhoClosed() {
        ChannelEnd end = connect(listen());
        pass(20 * MILLI);
        var partition = network.partition(List.of(CLIENT), List.of(SERVER));
        accepted.getFirst().send("too late");
        end.close();
        pass(1_000 * MILLI);
        partition.heal();
        pass(20 * MILLI);
        assertThat(client).containsExactly("opened");
        assertThat(server).containsExactly("closed PEER_CLOSED");
    }

    @Test
    void deathBehindAPartitionIsHeardAfterTheHealing() {
        connect(listen());
        pass(20 * MILLI);
        var partition = network.partition(List.of(CLIENT), List.of(SERVER));
        serverLoop.kill();
        network.detach(serverPort);
        pass(1_000 * MILLI);
        assertThat(client).containsExactly("opened");
        partition.heal();
        pass(20 * MILLI);
        assertThat(client).containsExactly("opened", "closed PEER_CLOSED");
    }

    @Test
    void oneWayPartitionLetsTheOtherWayThrough() {
        ChannelEnd end = connect(listen());
        pass(20 * MILLI);
        network.partitionOneWay(List.of(CLIENT), List.of(SERVER));
        end.send("unheard");
        accepted.getFirst().send("heard");
        pass(20 * MILLI);
        assertThat(client).containsExactly("opened", "heard");
        assertThat(server).isEmpty();
    }

    @Test
    void connectingThroughAPartitionTimesOut() {
        Address address = listen();
        network.partition(List.of(CLIENT), List.of(SERVER));
        connect(address);
        pass(config.connectTimeoutNanos());
        assertThat(client).containsExactly("closed CONNECT_TIMEOUT");
        network.heal();
        pass(20 * MILLI);
        assertThat(client).containsExactly("closed CONNECT_TIMEOUT");
        assertThat(accepted).isEmpty();
    }

    /// The request arrives, the answer does not: the server has an end that it must be rid of in time.
    @Test
    void answerLostInAOneWayPartitionTimesOutAndTheServerHearsOfIt() {
        Address address = listen();
        var partition = network.partitionOneWay(List.of(SERVER), List.of(CLIENT));
        connect(address);
        pass(2 * config.connectTimeoutNanos());
        assertThat(client).containsExactly("closed CONNECT_TIMEOUT");
        assertThat(accepted).hasSize(1);
        partition.heal();
        pass(20 * MILLI);
        assertThat(client).containsExactly("closed CONNECT_TIMEOUT");
        assertThat(server).containsExactly("closed PEER_CLOSED");
    }

    @Test
    void overlappingPartitionsAllHaveToHeal() {
        ChannelEnd end = connect(listen());
        pass(20 * MILLI);
        var one = network.partition(List.of(CLIENT), List.of(SERVER));
        var two = network.partitionOneWay(List.of(CLIENT), List.of(SERVER));
        end.send("patience");
        one.heal();
        pass(100 * MILLI);
        assertThat(server).isEmpty();
        two.heal();
        pass(20 * MILLI);
        assertThat(server).containsExactly("patience");
    }

    @Test
    void disturbedLinkIsSlowerAndStillInOrder() {
        ChannelEnd end = connect(listen());
        pass(20 * MILLI);
        network.disturb(CLIENT, SERVER, new LinkFault(30 * MILLI, 0.3));
        IntStream.range(0, 50).forEach(end::send);
        pass(29 * MILLI);
        assertThat(server).isEmpty();
        pass(400 * MILLI);
        assertThat(server)
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "" + i).toList());
    }

    @Test
    void endIsCongestedWhileTooMuchIsUnderWay() {
        ChannelEnd end = connect(listen());
        pass(20 * MILLI);
        serverLoop.freeze();
        IntStream.rangeClosed(0, config.congestedMessages()).forEach(end::send);
        pass(20 * MILLI);
        assertThat(end.isCongested()).isTrue();
        serverLoop.thaw();
        pass(20 * MILLI);
        assertThat(end.isCongested()).isFalse();
    }

    /// What one link draws does not depend on what happens on another, so taking one fault out of a run leaves the
    /// rest of the network as it was.
    @Test
    void linksDrawFromStreamsOfTheirOwn() {
        List<Long> quiet = latencies(false);
        List<Long> busy = latencies(true);
        assertThat(busy).isEqualTo(quiet);
    }

    private static List<Long> latencies(boolean otherTraffic) {
        SimulatedNetworkTest fresh = new SimulatedNetworkTest();
        Address address = fresh.listen();
        NodeId third = new NodeId("third");
        NetworkPort other = fresh.network.attach(third, fresh.loop(third));
        if (otherTraffic) {
            other.connect(address, new Noting(new ArrayList<>())).send("noise");
        }
        List<Long> arrivals = new ArrayList<>();
        fresh.serverPort.listen("timed", _ -> new Noting(new ArrayList<>()) {
            @Override
            public void received(Object message) {
                arrivals.add(fresh.time.nowNanos());
            }
        });
        ChannelEnd end = fresh.connect(new Address("server:timed"));
        for (int i = 0; i < 50; i++) {
            end.send(i);
            fresh.pass(MILLI);
        }
        return arrivals;
    }

    private static class Noting implements ChannelListener {
        private final List<String> notes;

        Noting(List<String> notes) {
            this.notes = notes;
        }

        @Override
        public void opened() {
            notes.add("opened");
        }

        @Override
        public void received(Object message) {
            notes.add(message.toString());
        }

        @Override
        public void closed(CloseReason reason) {
            notes.add("closed " + reason);
        }
    }
}
