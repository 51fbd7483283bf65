package io.faultline.runtime.host.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Bytes to and from the server, without a client library that would tidy them up. A read that gets nothing for long
/// fails the test.
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    RawClient(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) ScriptedFrontend.PATIENCE_SECONDS * 1000);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// @param status 0 when the connection ended before a response
    record Response(int status, Map<String, String> headers, String body, List<String> chunks) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    RawClient sendBytes(String text, byte[] more) throws IOException {
        send(text);
        socket.getOutputStream().write(more);
        return this;
    }

    RawClient post(String path, String json) throws IOException {
        return post(path, json, "");
    }

    /// @param headers complete lines
    RawClient post(String path, String json, String headers) throws IOException {
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers
                + "Content-Length: " + length + "\r\n\r\n" + json);
    }

    RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    Response response() throws IOException {
        String head = head();
        if (head.isEmpty()) {
            return new Response(0, Map.of(), "", List.of());
        }
        int status = Integer.parseInt(head.substring(9, 12));
        Map<String, String> headers = headersOf(head);
        if (status == 100) {
            return new Response(status, headers, "", List.of());
        }
        List<String> chunks = new ArrayList<>();
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
                chunks.add(chunk);
            }
        } else if (headers.containsKey("content-length")) {
            chunks.add(utf8(in.readNBytes(Integer.parseInt(headers.get("content-length")))));
        } else {
            chunks.add(utf8(in.readAllBytes()));
        }
        return new Response(status, headers, String.join("", chunks), chunks);
    }

    /// The status line and the headers, or nothing when the connection ended.
    String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = read();
            if (b < 0) {
                return "";
            }
            head.write(b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return utf8(head.toByteArray());
    }

    static Map<String, String> headersOf(String head) {
        Map<String, String> headers = new TreeMap<>();
        for (String line : head.split("\r\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
            }
        }
        return headers;
    }

    /// The next chunk of a chunked body; empty for the last one.
    String chunk() throws IOException {
        StringBuilder size = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the body ended inside");
            }
            if (Character.digit(b, 16) < 0) {
                throw new IOException("a chunk's size has the character " + b);
            }
            size.append((char) b);
        }
        in.readNBytes(1);
        String content = utf8(in.readNBytes(Integer.parseInt(size.toString(), 16)));
        in.readNBytes(2);
        return content;
    }

    /// True when the server closed the connection, orderly or not, without sending anything more.
    boolean isClosedByServer() throws IOException {
        return read() < 0;
    }

    RawClient halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// A connection of this client that breaks with a reset, as when a process dies with unread input.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (SocketException _) {
            return -1;
        }
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
