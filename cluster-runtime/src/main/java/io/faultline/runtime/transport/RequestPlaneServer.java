package io.faultline.runtime.transport;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.kv.KvEvent;
import io.faultline.runtime.kv.KvPublisher;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The worker's side of the request plane. Gives each incoming stream a sequence number of the worker's own,
/// sends the tokens of one engine step in one frame a connection, and says so when it has nothing to say. A
/// connection that breaks cancels its streams; so does a client that is not heard of for
/// [RequestPlaneConfig#orphanNanos] while it has streams open. Confined to the loop.
public final class RequestPlaneServer {
    private final NodeLoop loop;
    private final RequestPlaneConfig config;
    private final GenerateService service;
    private final StreamTable<Served> served = new StreamTable<>();
    private final SequencedSet<Client> clients = new LinkedHashSet<>();
    private @Nullable KvPublisher kv;
    private HandOverService handOvers = HandOverService.NONE;
    private long lastSequence;

    public RequestPlaneServer(NodeLoop loop, RequestPlaneConfig config, GenerateService service) {
        this.loop = loop;
        this.config = config;
        this.service = service;
    }

    /// What the worker does with streams.
    public interface GenerateService {
        void opened(long sequence, GenerateRequest request);

        /// Nobody wants this sequence any more; never called for one that ended.
        void cancelled(long sequence);

        /// Whether new streams are taken, for the answer to a ping.
        boolean isReady();

        /// How loaded the engine is, for the first report on a new connection.
        EngineLoad load();
    }

    /// Lets routers follow the KV cache; without it, their questions stay unanswered.
    public void publish(KvPublisher publisher) {
        kv = publisher;
    }

    /// What a decode worker does with KV blocks that prefill workers bring.
    public interface HandOverService {
        /// Nobody is expected.
        HandOverService NONE = new HandOverService() {
            @Override
            public void received(Connection from, Frame.HandOver frame) {
                from.send(new Frame.HandOverVerdict(frame.transfer(), false));
            }

            @Override
            public void closed(Connection from) {
                // Nothing hung on it.
            }
        };

        void received(Connection from, Frame.HandOver frame);

        void closed(Connection from);
    }

    /// Takes hand-overs; without it, they are declined.
    public void takeHandOvers(HandOverService service) {
        handOvers = service;
    }

    public Address listen(Transport transport) {
        return transport.listen(connection -> {
            Client client = new Client(connection);
            clients.add(client);
            client.report(service.load());
            return client;
        });
    }

    /// Streams that have not ended.
    public int openStreams() {
        return served.size();
    }

    /// The streams that have not ended, oldest first.
    public List<Long> openSequences() {
        return served.inOrder().stream().map(Served::sequence).toList();
    }

    /// A number for a sequence of the worker's own, which no stream has.
    public long ownSequence() {
        return ++lastSequence;
    }

    /// Sends what one engine iteration produced.
    public void deliver(EngineStep step) {
        for (Prefilled prefilled : step.prefilled()) {
            Served s = served.get(prefilled.sequence());
            if (s != null) {
                s.client.send(new Frame.Prefilled(s.stream, prefilled.cachedTokens()));
            }
        }
        List<Client> touched = new ArrayList<>(2);
        for (int i = 0; i < step.sequences().length; i++) {
            Served s = served.get(step.sequences()[i]);
            if (s != null) {
                if (s.client.batchSize == 0) {
                    touched.add(s.client);
                }
                s.client.append(s.stream, step.tokens()[i], step.positions()[i]);
            }
        }
        for (Client client : touched) {
            client.flushBatch();
        }
        for (Finished finished : step.finished()) {
            Served s = end(finished.sequence());
            if (s != null) {
                s.client.send(new Frame.StreamFinished(s.stream, finished.reason()));
            }
        }
    }

    /// Tells every client how loaded the engine is.
    public void report(EngineLoad load) {
        for (Client client : clients) {
            client.report(load);
        }
    }

    /// Ends one stream with an error.
    public void fail(long sequence, RequestError error) {
        Served s = end(sequence);
        if (s != null) {
            s.client.send(new Frame.StreamFailed(s.stream, error.type(), error.message()));
        }
    }

    /// Ends all streams with the same error, oldest first.
    public void failAll(ErrorType type, String message) {
        for (Served s : served.inOrder()) {
            fail(s.sequence, new RequestError(type, message));
        }
    }

    /// Closes all connections; the clients see the peer go.
    public void close() {
        for (Client client : clients) {
            client.shut();
        }
        clients.clear();
        served.clear();
    }

    private @Nullable Served end(long sequence) {
        Served s = served.remove(sequence);
        if (s != null) {
            s.client.streams.remove(s.stream);
        }
        return s;
    }

    private record Served(long sequence, Client client, long stream) {}

    /// One frontend's connection.
    private final class Client implements ConnectionListener, KvPublisher.Follower {
        private final Connection connection;
        private final StreamTable<Served> streams = new StreamTable<>();
        private long[] batchStreams = new long[16];
        private int[] batchTokens = new int[16];
        private int[] batchPositions = new int[16];
        private int batchSize;
        private long lastStream;
        private long lastSentNanos;
        private long lastHeardNanos;
        private long beatDueNanos;
        private boolean heartbeatSet;
        private NodeLoop.@Nullable Timer heartbeat;

        Client(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void opened() {
            // An accepted connection is open from the start.
        }

        @Override
        public void received(Frame frame) {
            lastHeardNanos = loop.now();
            switch (frame) {
                case Frame.OpenStream(long stream, GenerateRequest request) -> {
                    lastStream = stream;
                    Served s = new Served(++lastSequence, this, stream);
                    served.put(s.sequence, s);
                    streams.put(stream, s);
                    if (!heartbeatSet) {
                        lastSentNanos = loop.now();
                        scheduleHeartbeat(config.heartbeatNanos());
                    }
                    service.opened(s.sequence, request);
                }
                case Frame.CancelStream(long stream, boolean _) -> {
                    Served s = streams.get(stream);
                    if (s != null) {
                        end(s.sequence);
                        service.cancelled(s.sequence);
                    }
                }
                case Frame.HandOver handOver -> handOvers.received(connection, handOver);
                case Frame.Ping(long number) -> send(new Frame.Pong(number, service.isReady()));
                case Frame.KvFollow(long question, long epoch, long next) -> {
                    if (kv != null) {
                        kv.follow(this, question, epoch, next);
                    }
                }
                case Frame.Heartbeat() -> {
                    // Being heard is all it is for.
                }
                case Frame.Tokens _,
                        Frame.Prefilled _,
                        Frame.StreamFinished _,
                        Frame.StreamFailed _,
                        Frame.Pong _,
                        Frame.LoadReport _,
                        Frame.KvEvents _,
                        Frame.KvContent _,
                        Frame.KvHead _,
                        Frame.Route _ -> {
                    // A client that speaks as a worker is broken; drop it.
                    connection.close();
                    closed(CloseReason.BROKEN);
                }
            }
        }

        @Override
        public void closed(CloseReason reason) {
            clients.remove(this);
            stopHeartbeat();
            unfollow();
            handOvers.closed(connection);
            for (Served s : streams.inOrder()) {
                end(s.sequence);
                service.cancelled(s.sequence);
            }
        }

        void shut() {
            stopHeartbeat();
            unfollow();
            streams.clear();
            connection.close();
        }

        private void unfollow() {
            if (kv != null) {
                kv.unfollow(this);
            }
        }

        @Override
        public void events(long question, long epoch, long first, List<KvEvent> events) {
            send(new Frame.KvEvents(question, epoch, first, events));
        }

        @Override
        public void content(long question, long epoch, long next, int part, int parts, long[] blocks) {
            send(new Frame.KvContent(question, epoch, next, part, parts, blocks));
        }

        @Override
        public void head(long epoch, long next) {
            send(new Frame.KvHead(epoch, next));
        }

        @Override
        public boolean isBehind() {
            return connection.congested();
        }

        void report(EngineLoad load) {
            send(new Frame.LoadReport(lastStream, load));
        }

        void send(Frame frame) {
            lastSentNanos = loop.now();
            connection.send(frame);
        }

        void append(long stream, int token, int position) {
            if (batchSize == batchStreams.length) {
                batchStreams = Arrays.copyOf(batchStreams, 2 * batchSize);
                batchTokens = Arrays.copyOf(batchTokens, 2 * batchSize);
                batchPositions = Arrays.copyOf(batchPositions, 2 * batchSize);
            }
            batchStreams[batchSize] = stream;
            batchTokens[batchSize] = token;
            batchPositions[batchSize] = position;
            batchSize++;
        }

        void flushBatch() {
            send(new Frame.Tokens(
                    Arrays.copyOf(batchStreams, batchSize),
                    Arrays.copyOf(batchTokens, batchSize),
                    Arrays.copyOf(batchPositions, batchSize)));
            batchSize = 0;
        }

        private void scheduleHeartbeat(long delayNanos) {
            heartbeatSet = true;
            beatDueNanos = loop.now() + delayNanos;
            heartbeat = loop.after(delayNanos, this::beat);
        }

        /// Sends a heartbeat only when nothing else was sent for an interval; sleeps when no stream is open.
        /// Gives up a client that went silent; this loop's own lateness does not count, because what the
        /// client sent may be waiting behind this very turn.
        private void beat() {
            heartbeatSet = false;
            if (streams.size() == 0) {
                return;
            }
            lastHeardNanos += Math.max(0, loop.now() - beatDueNanos);
            if (loop.now() - lastHeardNanos > config.orphanNanos()) {
                connection.close();
                closed(CloseReason.BROKEN);
                return;
            }
            long silentNanos = loop.now() - lastSentNanos;
            if (silentNanos >= config.heartbeatNanos()) {
                send(new Frame.Heartbeat());
                silentNanos = 0;
            }
            scheduleHeartbeat(config.heartbeatNanos() - silentNanos);
        }

        private void stopHeartbeat() {
            if (heartbeat != null) {
                heartbeat.cancel();
            }
            heartbeatSet = false;
        }
    }
}
