package io.faultline.runtime.prefill;

import io.faultline.runtime.engine.KvExchange.KvBlocks;
import io.faultline.runtime.prefill.PrefillConfig.TransferConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A prefill worker's side of hand-overs: one connection to each decode worker, opened when first needed, with all
/// transfers to it. All transfers share the worker's uplink, piece by piece in the order in which they are ready, and
/// each has few pieces under way. A peer that does not answer in time is given up with all transfers to it; the next
/// offer connects anew. Confined to the loop.
final class HandOverClient {
    private static final double NANOS_PER_SECOND = 1e9;

    private final NodeLoop loop;
    private final Transport transport;
    private final TransferConfig config;
    private final int blockTokens;
    private final Map<Address, Peer> peers = new LinkedHashMap<>();
    private long uplinkFreeAtNanos;

    HandOverClient(NodeLoop loop, Transport transport, TransferConfig config, int blockTokens) {
        this.loop = loop;
        this.transport = transport;
        this.config = config;
        this.blockTokens = blockTokens;
    }

    /// Hears what becomes of a transfer, never from inside a call to it; nothing after `used`, `unwanted` or `lost`.
    interface Listener {
        /// The decode worker waits for the blocks.
        void wanted();

        void unwanted();

        /// The blocks are in use.
        void used();

        /// The decode worker cannot be reached.
        void lost();
    }

    /// Tells a decode worker what is coming, and asks whether it wants it.
    /// @param offer for a transfer that has no number yet: 0
    Transfer offer(Address to, Frame.HandOverOffer offer, Listener listener) {
        Peer peer = peers.get(to);
        if (peer == null) {
            peer = new Peer(to);
            peers.put(to, peer);
            peer.connection = transport.connect(to, peer);
        }
        return peer.offer(offer, listener);
    }

    /// Closes everything; nobody is told.
    void close() {
        for (Peer peer : List.copyOf(peers.values())) {
            peer.abandon();
        }
    }

    /// Bytes of so many blocks.
    long bytes(int blocks) {
        return (long) blocks * blockTokens * config.bytesPerToken();
    }

    /// One prompt's blocks on their way.
    final class Transfer {
        private final Peer peer;
        private final long number;
        private final Listener listener;
        private NodeLoop.Timer answer = () -> {};
        private @Nullable KvBlocks blocks;
        private int sent;
        private int confirmed;
        private boolean over;

        private Transfer(Peer peer, long number, Listener listener) {
            this.peer = peer;
            this.number = number;
            this.listener = listener;
        }

        /// Sends the blocks, once they are wanted.
        void send(KvBlocks all) {
            Invariants.check(blocks == null, "transfer %s is sent twice", number);
            blocks = all;
            uplinkFreeAtNanos = Math.max(loop.now(), uplinkFreeAtNanos) + config.setUpNanos();
            pump();
        }

        /// Wants to hear nothing more of it.
        void cancel() {
            over = true;
            answer.cancel();
            peer.transfers.remove(number);
        }

        private void pump() {
            KvBlocks all = blocks;
            while (all != null
                    && sent < all.hashes().length
                    && sent - confirmed < config.chunksInFlight() * config.chunkBlocks()) {
                int end = Math.min(all.hashes().length, sent + config.chunkBlocks());
                long parent = sent == 0 ? all.parent() : all.hashes()[sent - 1];
                long[] hashes = Arrays.copyOfRange(all.hashes(), sent, end);
                long bytes = bytes(hashes.length);
                boolean last = end == all.hashes().length;
                sent = end;
                onUplink(bytes, new Frame.HandOverBlocks(number, parent, hashes, bytes, last));
            }
        }

        /// A piece leaves when everything before it on the uplink and itself has passed.
        private void onUplink(long bytes, Frame.HandOverBlocks piece) {
            long takesNanos = Math.round(bytes / config.bytesPerSecond() * NANOS_PER_SECOND);
            uplinkFreeAtNanos = Math.max(loop.now(), uplinkFreeAtNanos) + takesNanos;
            loop.after(uplinkFreeAtNanos - loop.now(), () -> {
                if (!over) {
                    peer.connection.send(piece);
                    awaitAnswer();
                }
            });
        }

        private void awaitAnswer() {
            answer.cancel();
            answer = loop.after(config.answerNanos(), peer::giveUp);
        }

        private void received(Frame.HandOver frame) {
            answer.cancel();
            switch (frame) {
                case Frame.HandOverVerdict(long _, boolean wanted) -> {
                    if (wanted) {
                        listener.wanted();
                    } else {
                        cancel();
                        listener.unwanted();
                    }
                }
                case Frame.HandOverTaken(long _, int count, boolean used) -> {
                    confirmed = count;
                    if (used) {
                        cancel();
                        listener.used();
                    } else {
                        pump();
                        if (confirmed < sent) {
                            awaitAnswer();
                        }
                    }
                }
                case Frame.HandOverOffer _, Frame.HandOverBlocks _ -> peer.giveUp();
            }
        }
    }

    /// One decode worker's connection, from the first offer to its first failure.
    private final class Peer implements ConnectionListener {
        private final Address address;
        private final Map<Long, Transfer> transfers = new LinkedHashMap<>();
        private Connection connection = Connection.NONE;
        private long lastTransfer;

        Peer(Address address) {
            this.address = address;
        }

        Transfer offer(Frame.HandOverOffer offer, Listener listener) {
            Transfer transfer = new Transfer(this, ++lastTransfer, listener);
            transfers.put(transfer.number, transfer);
            connection.send(new Frame.HandOverOffer(
                    transfer.number, offer.request(), offer.attempt(), offer.epoch(), offer.from(), offer.delivery()));
            transfer.awaitAnswer();
            return transfer;
        }

        @Override
        public void opened() {
            // Offers have been waiting in the connection.
        }

        @Override
        public void received(Frame frame) {
            if (frame instanceof Frame.HandOver handOver) {
                Transfer transfer = transfers.get(handOver.transfer());
                if (transfer != null) {
                    transfer.received(handOver);
                }
            }
            // Load reports go to everybody who is connected; they are of no interest here.
        }

        @Override
        public void closed(CloseReason reason) {
            giveUp();
        }

        void giveUp() {
            List<Transfer> lost = new ArrayList<>(transfers.values());
            abandon();
            lost.forEach(transfer -> transfer.listener.lost());
        }

        void abandon() {
            peers.remove(address, this);
            List.copyOf(transfers.values()).forEach(Transfer::cancel);
            connection.close();
        }
    }
}
