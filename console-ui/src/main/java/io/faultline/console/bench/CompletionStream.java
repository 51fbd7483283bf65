package io.faultline.console.bench;

import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One streamed completion, read by a blocking client that notes when each piece of text came. Run once, on a thread
/// of its own; what it found may be looked at from others.
public final class CompletionStream implements Runnable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int READ_TIMEOUT_MILLIS = 60_000;
    private static final int LF = '\n';

    private final int port;
    private final String id = UUID.randomUUID().toString();
    private final Request request;
    private final List<Long> arrivals = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final AtomicInteger received = new AtomicInteger();
    private volatile long worker;
    private volatile boolean over;
    private int completionTokens = -1;
    private boolean wellEnded;
    private String problem = "";

    /// @param prompt as tokens
    public record Request(String model, int[] prompt, int maxTokens, long seed) {
        public StopConditions stop() {
            return new StopConditions(maxTokens, 0, true, List.of());
        }

        public SamplingOptions sampling() {
            return new SamplingOptions(1, 1, seed);
        }
    }

    /// @param port of the API on the loopback interface
    public CompletionStream(int port, Request request) {
        this.port = port;
        this.request = request;
    }

    @Override
    public void run() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream().write(head());
            read(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException | RuntimeException e) {
            fail(e.toString());
        } finally {
            over = true;
        }
    }

    private byte[] head() {
        String body = "{\"model\":\"" + request.model + "\",\"prompt\":" + Arrays.toString(request.prompt)
                + ",\"stream\":true,\"ignore_eos\":true,\"temperature\":1,\"max_tokens\":" + request.maxTokens
                + ",\"seed\":" + request.seed + ",\"stream_options\":{\"include_usage\":true}"
                + ",\"nvext\":{\"extra_fields\":[\"worker_id\"]}}";
        return ("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "x-dynamo-request-id: " + id + "\r\nConnection: close\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void read(InputStream in) throws IOException {
        String status = line(in);
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            // Their content does not matter here.
        }
        if (!status.contains(" 200 ")) {
            fail(status);
            return;
        }
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            byte[] chunk = in.readNBytes(size);
            long now = System.nanoTime();
            line(in);
            for (byte b : chunk) {
                if (b == LF) {
                    accept(event.toString(StandardCharsets.UTF_8), now);
                    event.reset();
                } else {
                    event.write(b);
                }
            }
        }
    }

    private void accept(String line, long now) {
        if (!line.startsWith("data: ")) {
            return;
        }
        String data = line.substring("data: ".length());
        if (data.equals("[DONE]")) {
            wellEnded = true;
            return;
        }
        JsonNode json = JSON.readTree(data);
        if (json.has("error")) {
            fail(json.path("error").path("message").asString(""));
            return;
        }
        JsonNode serving = json.path("nvext").path("worker_id").path("decode_worker_id");
        if (serving.isNumber()) {
            worker = serving.bigIntegerValue().longValue();
        }
        completionTokens = json.path("usage").path("completion_tokens").asInt(completionTokens);
        String piece = json.path("choices").path(0).path("text").asString("");
        if (!piece.isEmpty()) {
            synchronized (this) {
                text.append(piece);
                arrivals.add(now);
            }
            received.incrementAndGet();
        }
    }

    private synchronized void fail(String why) {
        if (problem.isEmpty()) {
            problem = why;
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != LF; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the answer broke off");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    public String id() {
        return id;
    }

    public Request request() {
        return request;
    }

    /// Pieces of text so far, about one a token.
    public int received() {
        return received.get();
    }

    /// The instance that was last said to serve it; 0 = not known yet.
    public long worker() {
        return worker;
    }

    public boolean isOver() {
        return over;
    }

    public synchronized String text() {
        return text.toString();
    }

    /// When the pieces came, by [System#nanoTime].
    public synchronized long[] arrivals() {
        return arrivals.stream().mapToLong(Long::longValue).toArray();
    }

    /// What is wrong with the answer besides its text; empty when nothing is. Asked when it is over.
    public synchronized String problem() {
        if (!problem.isEmpty()) {
            return problem;
        }
        if (!wellEnded) {
            return "it has no end";
        }
        return completionTokens == request.maxTokens
                ? ""
                : "it counts " + completionTokens + " tokens instead of " + request.maxTokens;
    }
}
