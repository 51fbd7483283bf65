package io.faultline.runtime.transport;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The frontend's side of the request plane: one connection to each worker, opened when first needed, carrying all
/// streams. A closed connection fails its streams at once; a silent one when [Silence] says so. Lets workers with open
/// streams hear that it is there. Confined to the loop.
public final class RequestPlaneClient {
    private final NodeLoop loop;
    private final Transport transport;
    private final RequestPlaneConfig config;
    private final Map<Address, Peer> peers = new LinkedHashMap<>();
    private final LatenessMemory lateness = new LatenessMemory();
    private Consumer<Address> loadListener = _ -> {};

    public RequestPlaneClient(NodeLoop loop, Transport transport, RequestPlaneConfig config) {
        this.loop = loop;
        this.transport = transport;
        this.config = config;
    }

    /// Opens a stream. The listener is never called from inside this method.
    public TokenStream open(Address to, GenerateRequest request, StreamListener listener) {
        return peer(to).open(request, listener);
    }

    /// Asks the worker whether it takes work. The answer is false when it says so, cannot be reached, or is
    /// silent for [RequestPlaneConfig#probeNanos].
    public void probe(Address to, Consumer<Boolean> answer) {
        peer(to).probe(answer);
    }

    /// Connects if there is no connection, so that the worker's load reports arrive without streams.
    public void connect(Address to) {
        peer(to);
    }

    /// Tells `listener` whenever a worker reported its load.
    public void onLoadReport(Consumer<Address> listener) {
        loadListener = listener;
    }

    /// What is known of a worker's load; null when there is no connection to it.
    public @Nullable PeerLoad load(Address of) {
        Peer peer = peers.get(of);
        return peer == null ? null : new PeerLoad(peer.report, peer.reportedAtNanos, peer.unreportedTokens);
    }

    /// A worker's load from two sources that never mix.
    /// @param report what the worker said last; null before it said anything
    /// @param reportedAtNanos when it said so
    /// @param unreportedTokens tokens of the streams opened here that the report does not contain yet
    public record PeerLoad(@Nullable EngineLoad report, long reportedAtNanos, long unreportedTokens) {}

    /// Streams open to that address.
    public int openStreams(Address to) {
        Peer peer = peers.get(to);
        return peer == null ? 0 : peer.streams.size();
    }

    /// How fast that address's tokens come.
    public Pace pace(Address to) {
        Peer peer = peers.get(to);
        return peer == null ? Pace.UNKNOWN : peer.pace.now(loop.now());
    }

    /// Closes the connection to an address that is not needed any more; its streams fail as disconnected.
    public void forget(Address to) {
        Peer peer = peers.get(to);
        if (peer != null) {
            peer.giveUp(ErrorType.DISCONNECTED, "the worker left discovery");
        }
    }

    /// Closes everything; nobody is told.
    public void close() {
        for (Peer peer : List.copyOf(peers.values())) {
            peer.abandon();
        }
    }

    private Peer peer(Address to) {
        Peer peer = peers.get(to);
        if (peer == null) {
            peer = new Peer(to);
            peers.put(to, peer);
            peer.connect();
        }
        return peer;
    }

    /// A stream that is being received.
    public interface TokenStream {
        /// Wants no more of it: the listener hears nothing further. `drop` as in [Frame.CancelStream].
        void cancel(boolean drop);
    }

    /// One worker's connection. Lives from the first use to its first failure; the next use makes a new one.
    private final class Peer implements ConnectionListener {
        private final Address address;
        private final StreamTable<StreamListener> streams = new StreamTable<>();
        private final Map<Long, PendingProbe> probes = new LinkedHashMap<>();
        private final StreamPace pace = new StreamPace();
        /// Tokens of the streams that no report contains yet, in the order of opening.
        private final Map<Long, Integer> unreported = new LinkedHashMap<>();
        private long unreportedTokens;
        private @Nullable EngineLoad report;
        private long reportedAtNanos;
        private Connection connection = Connection.NONE;
        private long lastStream;
        private long lastProbe;
        private final Silence silence = new Silence(config, lateness);
        private NodeLoop.Timer look = NO_TIMER;
        private long lastSentNanos;

        Peer(Address address) {
            this.address = address;
        }

        void connect() {
            connection = transport.connect(address, this);
        }

        TokenStream open(GenerateRequest request, StreamListener listener) {
            long stream = ++lastStream;
            if (streams.size() == 0) {
                silence.begin(loop.now());
                scheduleLook();
            }
            streams.put(stream, listener);
            unreported.put(stream, request.tokens().length);
            unreportedTokens += request.tokens().length;
            send(new Frame.OpenStream(stream, request));
            return drop -> {
                if (end(stream) != null) {
                    send(new Frame.CancelStream(stream, drop));
                }
            };
        }

        private void send(Frame frame) {
            lastSentNanos = loop.now();
            connection.send(frame);
        }

        void probe(Consumer<Boolean> answer) {
            long number = ++lastProbe;
            NodeLoop.Timer timeout = loop.after(config.probeNanos(), () -> answerProbe(number, false));
            probes.put(number, new PendingProbe(answer, timeout));
            send(new Frame.Ping(number));
        }

        private void answerProbe(long number, boolean ready) {
            PendingProbe probe = probes.remove(number);
            if (probe != null) {
                probe.timeout.cancel();
                probe.answer.accept(ready);
            }
        }

        @Override
        public void opened() {
            heard();
        }

        @Override
        public void received(Frame frame) {
            heard();
            switch (frame) {
                case Frame.Tokens tokens -> deliver(tokens);
                case Frame.Prefilled(long stream, int cached) -> {
                    StreamListener listener = streams.get(stream);
                    if (listener != null) {
                        listener.prefilled(cached);
                    }
                }
                case Frame.StreamFinished(long stream, var reason) -> {
                    StreamListener listener = end(stream);
                    if (listener != null) {
                        listener.finished(reason);
                    }
                }
                case Frame.StreamFailed(long stream, var type, String message) -> {
                    StreamListener listener = end(stream);
                    if (listener != null) {
                        listener.failed(new RequestError(type, message));
                    }
                }
                case Frame.Pong(long number, boolean ready) -> answerProbe(number, ready);
                case Frame.LoadReport(long last, EngineLoad load) -> reported(last, load);
                case Frame.Heartbeat() -> {
                    // Being heard is all it is for.
                }
                case Frame.OpenStream _,
                        Frame.CancelStream _,
                        Frame.Ping _,
                        Frame.HandOver _,
                        Frame.Kv _,
                        Frame.Route _ ->
                    giveUp(ErrorType.STREAM_INCOMPLETE, "the worker at " + address + " speaks as a client");
            }
        }

        private void heard() {
            if (streams.size() > 0) {
                silence.heard(loop.now());
            }
        }

        private @Nullable StreamListener end(long stream) {
            StreamListener listener = streams.remove(stream);
            forgetUnreported(stream);
            if (streams.size() == 0) {
                pace.rest();
            }
            return listener;
        }

        private void reported(long lastStream, EngineLoad load) {
            report = load;
            reportedAtNanos = loop.now();
            while (!unreported.isEmpty()) {
                Map.Entry<Long, Integer> eldest =
                        unreported.entrySet().iterator().next();
                if (eldest.getKey() > lastStream) {
                    break;
                }
                forgetUnreported(eldest.getKey());
            }
            loadListener.accept(address);
        }

        private void forgetUnreported(long stream) {
            Integer tokens = unreported.remove(stream);
            if (tokens != null) {
                unreportedTokens -= tokens;
            }
        }

        private void deliver(Frame.Tokens frame) {
            boolean followsOthers = false;
            for (int position : frame.positions()) {
                followsOthers |= position > 0;
            }
            pace.tokens(loop.now(), followsOthers);
            for (int i = 0; i < frame.streams().length; i++) {
                // Looked up each time: a listener may cancel other streams. Late tokens of cancelled ones fall away.
                StreamListener listener = streams.get(frame.streams()[i]);
                if (listener != null) {
                    listener.token(frame.tokens()[i], frame.positions()[i]);
                }
            }
        }

        @Override
        public void closed(CloseReason reason) {
            switch (reason) {
                case REFUSED -> giveUp(ErrorType.CANNOT_CONNECT, "nobody listens at " + address);
                case CONNECT_TIMEOUT ->
                    giveUp(ErrorType.CONNECTION_TIMEOUT, "no answer from " + address + " to the connection attempt");
                case PEER_CLOSED ->
                    giveUp(ErrorType.DISCONNECTED, "the worker at " + address + " closed the connection");
                case BROKEN -> giveUp(ErrorType.DISCONNECTED, "the connection to " + address + " broke");
            }
        }

        private void scheduleLook() {
            look.cancel();
            look = loop.after(silence.untilLook(loop.now()), this::look);
        }

        private void look() {
            if (streams.size() == 0) {
                return;
            }
            long now = loop.now();
            long late = silence.look(now);
            pace.excuse(late);
            if (late == 0 && silence.isTooLong(now)) {
                // After what already waits for its turn.
                loop.post(this::judge);
            } else {
                waitOn(now);
            }
        }

        /// The worker hears that somebody waits.
        private void waitOn(long now) {
            if (now - lastSentNanos >= config.clientHeartbeatNanos()) {
                send(new Frame.Heartbeat());
            }
            scheduleLook();
        }

        private void judge() {
            if (peers.get(address) != this || streams.size() == 0) {
                return;
            }
            long now = loop.now();
            if (silence.isTooLong(now)) {
                giveUp(
                        ErrorType.RESPONSE_TIMEOUT,
                        "the worker at " + address + " was silent for " + silence.unheardNanos(now) / 1_000_000
                                + " ms");
            } else {
                waitOn(now);
            }
        }

        void giveUp(ErrorType type, String message) {
            List<StreamListener> broken = streams.inOrder();
            List<PendingProbe> unanswered = new ArrayList<>(probes.values());
            abandon();
            RequestError error = new RequestError(type, message);
            for (StreamListener listener : broken) {
                listener.failed(error);
            }
            for (PendingProbe probe : unanswered) {
                probe.answer.accept(false);
            }
        }

        void abandon() {
            peers.remove(address, this);
            look.cancel();
            streams.clear();
            for (PendingProbe probe : probes.values()) {
                probe.timeout.cancel();
            }
            probes.clear();
            connection.close();
        }
    }

    private record PendingProbe(Consumer<Boolean> answer, NodeLoop.Timer timeout) {}

    private static final NodeLoop.Timer NO_TIMER = () -> {};
}
