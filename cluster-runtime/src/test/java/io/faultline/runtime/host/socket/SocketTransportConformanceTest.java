package io.faultline.runtime.host.socket;

import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.HostTransportDriver;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.TransportConformance;
import io.faultline.runtime.transport.TransportDriver;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Nested;

class SocketTransportConformanceTest {
    @Nested
    class WithTheBestOfThisMachine extends TransportConformance {
        @Override
        protected TransportDriver open() {
            return new Sockets(SocketIo.best());
        }
    }

    @Nested
    class WithTheJdksSockets extends TransportConformance {
        @Override
        protected TransportDriver open() {
            return new Sockets(SocketIo.NIO);
        }
    }

    private static final class Sockets extends HostTransportDriver {
        Sockets(SocketIo io) {
            super(io);
        }

        @Override
        protected Connected connect(String name, HostLoop loop, EventLoop executor) {
            SocketTransport transport = new SocketTransport(loop, executor, SocketConfig.defaults());
            try {
                transport.bind();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Connected(transport, () -> transport.close().join());
        }

        @Override
        public Address nowhere() {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return new Address("127.0.0.1:" + taken.getLocalPort());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
