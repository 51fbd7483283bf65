package io.faultline.sim.cluster;

import io.faultline.runtime.frontend.FrontendPort.Ticket;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.runtime.transport.StreamTable;
import io.faultline.runtime.workload.FrontendLink;
import io.faultline.sim.net.ChannelEnd;
import io.faultline.sim.net.ChannelListener;
import io.faultline.sim.net.NetworkPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The clients' way to the frontends, which take requests in turn, as behind a load balancer. When the channel to
/// one of them ends, so do the requests that it carries. Confined to the clients' loop.
final class ApiLink implements FrontendLink {
    private final NetworkPort port;
    private final List<Frontend> frontends;
    private int next;
    private long lastStream;

    ApiLink(NetworkPort port, List<Address> frontends) {
        this.port = port;
        this.frontends = frontends.stream().map(Frontend::new).toList();
    }

    @Override
    public Ticket submit(InferenceRequest request, ResponseSink sink) {
        Frontend frontend = frontends.get(next);
        next = (next + 1) % frontends.size();
        return frontend.submit(request, sink);
    }

    private final class Frontend implements ChannelListener {
        private final Address address;
        private final StreamTable<ResponseSink> open = new StreamTable<>();
        private @Nullable ChannelEnd channel;

        Frontend(Address address) {
            this.address = address;
        }

        Ticket submit(InferenceRequest request, ResponseSink sink) {
            long stream = ++lastStream;
            open.put(stream, sink);
            channel().send(new ApiMessage.Submit(stream, request));
            return reason -> cancel(stream, reason);
        }

        private void cancel(long stream, StopReason reason) {
            if (open.get(stream) != null) {
                channel().send(new ApiMessage.Cancel(stream, reason));
            }
        }

        private ChannelEnd channel() {
            ChannelEnd open = channel;
            if (open == null) {
                open = port.connect(address, this);
                channel = open;
            }
            return open;
        }

        @Override
        public void opened() {
            // Requests have been waiting in the channel.
        }

        @Override
        public void received(Object message) {
            switch ((ApiMessage) message) {
                case ApiMessage.Deltas(long[] streams, int[] tokens, String[] texts) -> {
                    for (int i = 0; i < streams.length; i++) {
                        ResponseSink sink = open.get(streams[i]);
                        if (sink != null) {
                            sink.delta(texts[i], tokens[i]);
                        }
                    }
                }
                case ApiMessage.Ended(long stream, Outcome outcome, String tail) -> {
                    ResponseSink sink = open.remove(stream);
                    if (sink != null) {
                        sink.ended(outcome, tail);
                    }
                }
                case ApiMessage.Submit _, ApiMessage.Cancel _ -> closed(CloseReason.BROKEN);
            }
        }

        @Override
        public void closed(CloseReason reason) {
            channel = null;
            List<ResponseSink> broken = open.inOrder();
            open.clear();
            ErrorType type = switch (reason) {
                case REFUSED -> ErrorType.CANNOT_CONNECT;
                case CONNECT_TIMEOUT -> ErrorType.CONNECTION_TIMEOUT;
                case PEER_CLOSED, BROKEN -> ErrorType.DISCONNECTED;
            };
            Outcome lost = new Outcome.Failed(new RequestError(type, "the frontend at " + address + " is gone"));
            broken.forEach(sink -> sink.ended(lost, ""));
        }
    }
}
