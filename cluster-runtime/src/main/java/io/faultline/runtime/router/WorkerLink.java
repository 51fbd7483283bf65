package io.faultline.runtime.router;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.kv.KvEvent;
import io.faultline.runtime.kv.KvIndex;
import io.faultline.runtime.kv.KvSubscription;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.RenewedConnection;
import io.faultline.runtime.transport.Transport;
import java.util.List;

/// A router's connection to one worker, for as long as discovery lists it, and what it follows over it. One that breaks
/// or is silent is made again. Confined to the router's loop.
final class WorkerLink {
    /// A worker says something at every head interval; a few of them without a word are a silence.
    private static final int SILENT_HEADS = 4;

    private final NodeLoop loop;
    private final RouterConfig config;
    private final Instance instance;
    private final int slot;
    private final KvSubscription subscription;
    private final RenewedConnection connection;
    private boolean isConnected;
    private boolean isClosed;
    private long heardNanos;
    private NodeLoop.Timer silence = () -> {};

    /// @param slot the worker's number in the index
    WorkerLink(
            NodeLoop loop,
            Transport transport,
            RouterConfig config,
            KvIndex index,
            Instance instance,
            int slot,
            KvSubscription.Listener listener) {
        this.loop = loop;
        this.config = config;
        this.instance = instance;
        this.slot = slot;
        this.connection = new RenewedConnection(
                loop, transport, instance.address(), config.retryMinNanos(), config.retryMaxNanos(), new Ear());
        this.subscription = new KvSubscription(loop, config.kvFeed(), index, slot, this::ask, listener);
    }

    Instance instance() {
        return instance;
    }

    int slot() {
        return slot;
    }

    boolean isSynced() {
        return subscription.isSynced();
    }

    /// Whether the worker is there as far as this connection says.
    boolean isConnected() {
        return isConnected;
    }

    int held() {
        return subscription.held();
    }

    private void ask(long question, long epoch, long next) {
        connection.send(new Frame.KvFollow(question, epoch, next));
    }

    void connect() {
        connection.connect();
    }

    private final class Ear implements ConnectionListener {
        @Override
        public void opened() {
            isConnected = true;
            heardNanos = loop.now();
            subscription.connected();
            watchSilence();
        }

        @Override
        public void received(Frame frame) {
            heardNanos = loop.now();
            connection.proven();
            switch (frame) {
                case Frame.KvEvents(long question, long epoch, long first, List<KvEvent> events) ->
                    subscription.events(question, epoch, first, events);
                case Frame.KvContent(long question, long epoch, long next, int part, int parts, long[] blocks) ->
                    subscription.content(question, epoch, next, part, parts, blocks);
                case Frame.KvHead(long epoch, long next) -> subscription.head(epoch, next);
                case Frame.LoadReport _, Frame.Heartbeat _, Frame.Pong _ -> {
                    // Being heard is all that it is for here.
                }
                case Frame.HandOver _,
                        Frame.OpenStream _,
                        Frame.CancelStream _,
                        Frame.Tokens _,
                        Frame.Prefilled _,
                        Frame.StreamFinished _,
                        Frame.StreamFailed _,
                        Frame.Ping _,
                        Frame.KvFollow _,
                        Frame.Route _ -> lost();
            }
        }

        @Override
        public void closed(CloseReason reason) {
            lost();
        }
    }

    /// If this loop was late itself, the worker's words may be waiting behind this very task: they are heard first.
    private void watchSilence() {
        long patienceNanos = SILENT_HEADS * config.kvFeed().headNanos();
        silence.cancel();
        silence = loop.after(
                patienceNanos / 2,
                () -> loop.post(() -> {
                    if (isConnected && loop.now() - heardNanos >= patienceNanos) {
                        lost();
                    } else if (isConnected) {
                        watchSilence();
                    }
                }));
    }

    private void lost() {
        if (isClosed) {
            return;
        }
        isConnected = false;
        silence.cancel();
        connection.renew();
        subscription.disconnected();
    }

    /// The worker left discovery.
    void close() {
        isClosed = true;
        isConnected = false;
        silence.cancel();
        connection.close();
        subscription.close();
    }
}
