package io.faultline.sim.cluster;

import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.frontend.FrontendPort.Ticket;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.runtime.transport.StreamTable;
import io.faultline.sim.invariant.Invariant.AnswerWatch;
import io.faultline.sim.invariant.InvariantSuite;
import io.faultline.sim.net.ChannelEnd;
import io.faultline.sim.net.ChannelListener;
import io.faultline.sim.net.NetworkPort;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A simulated frontend's server: takes requests from the network to the [FrontendPort] and answers back, and lets
/// the invariants see what the port tells its clients. What one turn produces for one client travels in one
/// message. A client that goes away cancels its requests. Confined to the frontend's loop.
final class ApiGateway {
    private static final String SERVICE = "api";

    private final NodeId node;
    private final NodeLoop loop;
    private final FrontendPort frontend;
    private final InvariantSuite invariants;

    ApiGateway(NodeId node, NodeLoop loop, FrontendPort frontend, InvariantSuite invariants) {
        this.node = node;
        this.loop = loop;
        this.frontend = frontend;
        this.invariants = invariants;
    }

    static Address addressOn(NodeId frontend) {
        return new Address(frontend + ":" + SERVICE);
    }

    void listen(NetworkPort port) {
        port.listen(SERVICE, Client::new);
    }

    /// One client's channel and the requests that came over it.
    private final class Client implements ChannelListener {
        private final ChannelEnd end;
        private final StreamTable<Ticket> open = new StreamTable<>();
        private long[] streams = new long[8];
        private int[] tokens = new int[8];
        private @Nullable String[] texts = new String[8];
        private int batched;

        Client(ChannelEnd end) {
            this.end = end;
        }

        @Override
        public void opened() {
            // The accepting end is open from the start.
        }

        @Override
        public void received(Object message) {
            switch ((ApiMessage) message) {
                case ApiMessage.Submit(long stream, var request) ->
                    open.put(
                            stream,
                            frontend.submit(request, new Answer(this, stream, invariants.watch(node, request))));
                case ApiMessage.Cancel(long stream, StopReason reason) -> {
                    Ticket ticket = open.get(stream);
                    if (ticket != null) {
                        ticket.cancel(reason);
                    }
                }
                case ApiMessage.Deltas _, ApiMessage.Ended _ -> end.close();
            }
        }

        @Override
        public void closed(CloseReason reason) {
            for (Ticket ticket : open.inOrder()) {
                ticket.cancel(StopReason.CLIENT_GONE);
            }
        }

        void batch(long stream, int token, String text) {
            if (batched == 0) {
                loop.post(this::flush);
            }
            if (batched == streams.length) {
                streams = Arrays.copyOf(streams, 2 * batched);
                tokens = Arrays.copyOf(tokens, 2 * batched);
                texts = Arrays.copyOf(texts, 2 * batched);
            }
            streams[batched] = stream;
            tokens[batched] = token;
            texts[batched++] = text;
        }

        void flush() {
            if (batched > 0) {
                String[] sent = new String[batched];
                System.arraycopy(texts, 0, sent, 0, batched);
                end.send(new ApiMessage.Deltas(Arrays.copyOf(streams, batched), Arrays.copyOf(tokens, batched), sent));
                batched = 0;
            }
        }

        void end(long stream, Outcome outcome, String tail) {
            open.remove(stream);
            flush();
            end.send(new ApiMessage.Ended(stream, outcome, tail));
        }
    }

    /// What one request's sink hears.
    private record Answer(Client client, long stream, AnswerWatch watch) implements ResponseSink {
        @Override
        public void delta(String text, int token) {
            watch.delta(token, text);
            client.batch(stream, token, text);
        }

        @Override
        public void ended(Outcome outcome, String tail) {
            watch.ended(outcome, tail);
            client.end(stream, outcome, tail);
        }
    }
}
