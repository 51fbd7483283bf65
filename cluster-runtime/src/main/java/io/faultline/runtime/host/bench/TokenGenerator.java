package io.faultline.runtime.host.bench;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.host.socket.SocketConfig;
import io.faultline.runtime.host.socket.SocketTransport;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.text.BpeTokenizer;
import io.faultline.runtime.text.Tokenizer;
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.faultline.runtime.transport.RequestPlaneServer;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Workers without engines: each gives every stream it serves one token a tick, as a batch does, and the
/// ticks of the workers are spread over the pace. A process of its own; confined to its loop.
final class TokenGenerator {
    private static final int WORD_BYTES = 5;

    private final NodeLoop loop;
    private final int[] words;
    private final List<Stream> streams = new ArrayList<>();
    private final RequestPlaneServer plane;

    private TokenGenerator(NodeLoop loop, int[] words) {
        this.loop = loop;
        this.words = words;
        this.plane = new RequestPlaneServer(loop, RequestPlaneConfig.defaults(), new Service());
    }

    /// Arguments: how many workers, the pace in nanoseconds.
    public static void main(String[] arguments) throws IOException {
        int workers = Integer.parseInt(arguments[0]);
        long paceNanos = Long.parseLong(arguments[1]);
        EventLoop sockets = SocketIo.best().loop("generator");
        HostLoop loop = new HostLoop("generator", sockets, System.nanoTime(), ChildJvm::die);
        int[] words = words(BpeTokenizer.cl100kBase());
        StringBuilder addresses = new StringBuilder();
        for (int i = 0; i < workers; i++) {
            SocketTransport transport = new SocketTransport(loop, sockets, SocketConfig.defaults());
            addresses.append(i == 0 ? "" : ",").append(transport.bind().value());
            TokenGenerator generator = new TokenGenerator(loop, words);
            long phase = paceNanos * i / workers;
            loop.post(() -> {
                generator.plane.listen(transport);
                generator.tickAt(loop.now() + phase, paceNanos);
            });
        }
        ChildJvm.ready(addresses.toString());
    }

    /// Tokens that are each a space and a lower-case word of the same length, so that every one of them makes
    /// a chunk and all chunks are of one size.
    private static int[] words(Tokenizer tokenizer) {
        List<Integer> found = new ArrayList<>();
        for (int token = 0; token < tokenizer.vocabulary(); token++) {
            byte[] bytes = tokenizer.bytes(token);
            boolean isWord = bytes.length == WORD_BYTES;
            for (int i = 0; isWord && i < bytes.length; i++) {
                isWord = i == 0 ? bytes[i] == ' ' : bytes[i] >= 'a' && bytes[i] <= 'z';
            }
            if (isWord) {
                found.add(token);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private static final class Stream {
        private final long sequence;
        private final int maxTokens;
        private int made;

        Stream(long sequence, int maxTokens) {
            this.sequence = sequence;
            this.maxTokens = maxTokens;
        }
    }

    private final class Service implements RequestPlaneServer.GenerateService {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            streams.add(new Stream(sequence, request.stop().maxTokens()));
        }

        @Override
        public void cancelled(long sequence) {
            streams.removeIf(s -> s.sequence == sequence);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public EngineLoad load() {
            return new EngineLoad(streams.size(), 0, 0, 0, 0);
        }
    }

    private void tickAt(long dueNanos, long paceNanos) {
        loop.after(Math.max(0, dueNanos - loop.now()), () -> {
            step(paceNanos);
            tickAt(dueNanos + paceNanos, paceNanos);
        });
    }

    private void step(long paceNanos) {
        int count = streams.size();
        if (count == 0) {
            return;
        }
        long[] sequences = new long[count];
        int[] tokens = new int[count];
        int[] positions = new int[count];
        List<Prefilled> prefilled = new ArrayList<>();
        List<Finished> finished = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Stream stream = streams.get(i);
            sequences[i] = stream.sequence;
            positions[i] = stream.made;
            tokens[i] = words[(int) ((stream.sequence * 31 + stream.made * 7L) % words.length)];
            if (stream.made++ == 0) {
                prefilled.add(new Prefilled(stream.sequence, 0));
            }
            if (stream.made == stream.maxTokens) {
                finished.add(new Finished(stream.sequence, FinishReason.LENGTH));
            }
        }
        streams.removeIf(s -> s.made == s.maxTokens);
        plane.deliver(new EngineStep(sequences, tokens, positions, prefilled, finished, 0, paceNanos));
    }
}
