package io.faultline.runtime.host.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.HostTransportDriver;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.TransportDriver.Heard;
import io.faultline.runtime.transport.TransportDriver.Peer;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What sockets add to the promises of every transport: strangers, malformed bytes, and peers that do not read.
class SocketTransportTest {
    private static final long MILLI = 1_000_000;
    private static final byte[] GREETING =
            ByteBuffer.allocate(8).put(FrameDecoder.greeting().nioBuffer()).array();

    private SocketConfig config = SocketConfig.defaults();
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final List<Connection> accepted = new CopyOnWriteArrayList<>();
    private final Sockets network = new Sockets();

    private final class Sockets extends HostTransportDriver {
        Sockets() {
            super(SocketIo.best());
        }

        @Override
        protected Connected connect(String name, HostLoop loop, EventLoop executor) {
            SocketTransport transport = new SocketTransport(loop, executor, config);
            return new Connected(transport, () -> transport.close().join());
        }

        @Override
        public Address nowhere() {
            return new Address("127.0.0.1:1");
        }
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private int listen() throws IOException {
        Peer server = network.start("server");
        ((SocketTransport) server.transport()).bind();
        AtomicReference<Address> address = new AtomicReference<>();
        server.run(() -> address.set(server.transport().listen(connection -> {
            Heard listener = new Heard();
            accepted.add(connection);
            heard.add(listener);
            return listener;
        })));
        String value = address.get().value();
        return Integer.parseInt(value.substring(value.indexOf(':') + 1));
    }

    private static Socket connect(int port, byte[]... bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        for (byte[] part : bytes) {
            socket.getOutputStream().write(part);
        }
        return socket;
    }

    private static byte[] frame(int length, int... bytes) {
        ByteBuffer out = ByteBuffer.allocate(4 + bytes.length).putInt(length);
        for (int b : bytes) {
            out.put((byte) b);
        }
        return out.array();
    }

    private static void readToEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // Whatever the server says before it closes.
        }
    }

    @Test
    void aStrangerIsTurnedAwayAndNeverReachesTheNode() throws IOException {
        int port = listen();
        try (Socket http = connect(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII))) {
            readToEnd(http.getInputStream());
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void somebodyWhoSaysNothingIsTurnedAwayInTime() throws IOException {
        config = new SocketConfig("127.0.0.1", 0, 1000 * MILLI, 50 * MILLI, 50 * MILLI, 1 << 20, 1 << 20, 1 << 22, 10);
        int port = listen();
        try (Socket silent = connect(port)) {
            readToEnd(silent.getInputStream());
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void aMalformedFrameEndsItsConnectionAfterTheFramesBeforeIt() throws IOException {
        int port = listen();
        try (Socket peer = connect(port, GREETING, frame(2, 7, 5), frame(2, 7, 6), frame(1, 99), frame(2, 7, 7))) {
            readToEnd(peer.getInputStream());
        }
        network.await(
                "the connection is broken",
                () -> heard.size() == 1 && heard.getFirst().has("closed BROKEN"));
        assertThat(heard.getFirst().words()).isEqualTo("ping 5;ping 6;closed BROKEN;");
    }

    @Test
    void aFrameLongerThanTheLimitIsRefusedBeforeItIsRead() throws IOException {
        int port = listen();
        for (int length : new int[] {0, -1, Integer.MAX_VALUE, config.frameBytesMax() + 1}) {
            try (Socket peer = connect(port, GREETING, frame(length, 7, 5))) {
                readToEnd(peer.getInputStream());
            }
        }
        network.await(
                "all are broken", () -> heard.size() == 4 && heard.stream().allMatch(h -> h.has("closed BROKEN")));
        assertThat(heard).allSatisfy(h -> assertThat(h.words()).isEqualTo("closed BROKEN;"));
    }

    @Test
    void aFrameMayArriveByteByByte() throws IOException {
        int port = listen();
        try (Socket peer = connect(port)) {
            peer.setTcpNoDelay(true);
            for (byte[] part : List.of(GREETING, frame(2, 7, 5), frame(2, 7, 6))) {
                for (byte b : part) {
                    peer.getOutputStream().write(b);
                }
            }
            network.await(
                    "both came", () -> heard.size() == 1 && heard.getFirst().has("ping 6"));
        }
    }

    @Test
    void furtherConnectionsThanTheLimitAreClosedAtOnce() throws IOException {
        config = new SocketConfig("127.0.0.1", 0, 1000 * MILLI, 5000 * MILLI, 50 * MILLI, 1 << 20, 1 << 20, 1 << 22, 2);
        int port = listen();
        try (Socket one = connect(port, GREETING);
                Socket two = connect(port, GREETING)) {
            network.await("two are in", () -> heard.size() == 2);
            try (Socket three = connect(port)) {
                readToEnd(three.getInputStream());
            }
            one.shutdownOutput();
            network.await("one left", () -> heard.stream().anyMatch(h -> h.has("closed PEER_CLOSED")));
            try (Socket four = connect(port, GREETING)) {
                network.await("there is room again", () -> heard.size() == 3);
                assertThat(four.isConnected() && two.isConnected()).isTrue();
            }
        }
    }

    /// The sender learns that the peer is behind, and gives it up before it has kept more than its limit.
    @Test
    void aPeerThatDoesNotReadIsCongestedThenGivenUp() throws IOException {
        config = config.withBytes(1 << 20, 1 << 20, 1 << 23);
        int port = listen();
        try (Socket peer = connect(port, GREETING)) {
            network.await("it is in", () -> heard.size() == 1);
            AtomicBoolean wasCongested = new AtomicBoolean();
            Frame large = new Frame.StreamFailed(1, ErrorType.INTERNAL, "x".repeat(500_000));
            Connection connection = accepted.getFirst();
            // On the connection's own loop, a frame a turn, as a worker sends.
            network.await("it is given up", () -> {
                wasCongested.compareAndSet(false, connection.congested());
                connection.send(large);
                return heard.getFirst().has("closed BROKEN");
            });
            assertThat(wasCongested).isTrue();
            assertThat(peer.isClosed()).isFalse();
        }
    }

    @Test
    void aFrameOverTheLimitIsNotSent() throws IOException {
        config = config.withBytes(1024, 1 << 20, 1 << 23);
        int port = listen();
        Peer client = network.start("client");
        Heard clientHeard = new Heard();
        client.run(() -> {
            Connection connection = client.transport().connect(new Address("127.0.0.1:" + port), clientHeard);
            connection.send(new Frame.StreamFailed(1, ErrorType.INTERNAL, "x".repeat(2000)));
        });
        network.await("it hears", () -> clientHeard.has("closed BROKEN"));
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        Peer client = network.start("client");
        for (String address : List.of("", "decode-0", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", ":80", "h:x")) {
            Heard clientHeard = new Heard();
            client.run(() -> client.transport().connect(new Address(address), clientHeard));
            network.await(address, () -> clientHeard.has("closed REFUSED"));
        }
    }

    @Test
    void aPortInUseIsFoundBeforeTheNodeStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            config = config.listeningOn("127.0.0.1", taken.getLocalPort());
            SocketTransport transport = (SocketTransport) network.start("late").transport();
            assertThatThrownBy(transport::bind).hasMessageContaining("in use");
        }
    }

    @ParameterizedTest
    @EnumSource(SocketIo.class)
    void nobodyIsLetInOnceItIsClosed(SocketIo io) throws IOException {
        assumeTrue(io == SocketIo.NIO || SocketIo.best() == io);
        EventLoop executor = io.loop("server");
        HostLoop loop = new HostLoop("server", executor, System.nanoTime(), _ -> {});
        for (int i = 0; i < 200; i++) {
            SocketTransport transport = new SocketTransport(loop, executor, config);
            String address = transport.bind().value();
            int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
            transport.close().join();
            assertThatThrownBy(() -> connect(port).close()).isInstanceOf(ConnectException.class);
        }
        executor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
