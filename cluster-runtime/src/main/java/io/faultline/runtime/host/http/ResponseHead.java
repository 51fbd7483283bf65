package io.faultline.runtime.host.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Writes the heads of responses. Stateless but for the date, which is made once a second.
final class ResponseHead {
    static final String JSON = "application/json";
    static final String EVENT_STREAM = "text/event-stream";

    /// Length of a body that is sent in chunks, or, to HTTP/1.0, until the connection closes.
    static final long OPEN_END = -1;

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static volatile Dated dated = new Dated(0, "");

    private ResponseHead() {}

    private record Dated(long second, String text) {}

    /// @param extra complete header lines, each with its line end; may be empty
    static void write(JsonBytes out, Exchange exchange, int status, String contentType, long bodyBytes, String extra) {
        boolean keepAlive = exchange.keepsAlive();
        out.ascii("HTTP/1.1 ").number(status).ascii(" ").ascii(Refusal.reason(status));
        out.ascii("\r\ndate: ").ascii(date());
        out.ascii("\r\n").ascii(RequestHead.ID).ascii(": ").ascii(exchange.id());
        out.ascii("\r\ncontent-type: ").ascii(contentType);
        if (bodyBytes >= 0) {
            out.ascii("\r\ncontent-length: ").number(bodyBytes);
        } else if (exchange.http11()) {
            out.ascii("\r\ntransfer-encoding: chunked");
        }
        out.ascii(keepAlive ? "\r\n" : "\r\nconnection: close\r\n");
        out.ascii("x-content-type-options: nosniff\r\n").ascii(extra).ascii("\r\n");
    }

    private static String date() {
        long second = System.currentTimeMillis() / 1000;
        Dated last = dated;
        if (last.second() != second) {
            last = new Dated(second, DATE.format(Instant.ofEpochSecond(second)));
            dated = last;
        }
        return last.text();
    }
}
