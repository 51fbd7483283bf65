package io.faultline.runtime.host;

import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.TransportConformance;
import io.faultline.runtime.transport.TransportDriver;
import io.netty.channel.EventLoop;

class InProcessNetworkConformanceTest extends TransportConformance {
    @Override
    protected TransportDriver open() {
        InProcessNetwork network = new InProcessNetwork();
        return new HostTransportDriver(SocketIo.best()) {
            @Override
            protected Connected connect(String name, HostLoop loop, EventLoop executor) {
                InProcessNetwork.NodeTransport transport = network.transportFor(name, loop);
                return new Connected(transport, transport::close);
            }

            @Override
            public Address nowhere() {
                return new Address("nowhere");
            }
        };
    }
}
