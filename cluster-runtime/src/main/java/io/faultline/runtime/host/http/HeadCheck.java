package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ErrorType;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Decides from a request's head alone whether it is served: framing, target, route, type and size of the body,
/// and whether the server drains. Thread-safe; the answer to everything doubtful is a refusal, because a proxy in
/// front may read it differently.
final class HeadCheck {
    private static final long NOT_A_NUMBER = Long.MIN_VALUE;

    /// Larger bodies cost more than a new connection.
    private static final long DISCARDED_BYTES_MAX = 64 * 1024;

    private final RouteTable routes;
    private final HttpFrontendConfig.Limits limits;
    private final ServerStage stage;

    HeadCheck(RouteTable routes, HttpFrontendConfig.Limits limits, ServerStage stage) {
        this.routes = routes;
        this.limits = limits;
        this.stage = stage;
    }

    sealed interface Verdict {
        RequestHead head();

        record Accepted(RequestHead head, Endpoint endpoint) implements Verdict {}

        /// @param allow value of the `Allow` header of a 405
        /// @param closes the rest of what the client sends cannot be trusted or is not wanted
        record Refused(
                RequestHead head, Refusal refusal, @Nullable String allow, boolean closes) implements Verdict {}
    }

    Verdict check(HttpRequest request) {
        HttpHeaders headers = request.headers();
        RequestHead head = read(request);
        Refusal framing = framing(request, head);
        if (framing != null) {
            return new Verdict.Refused(head, framing, null, true);
        }
        return switch (routes.find(head.method(), head.path())) {
            case RouteTable.Match.NoSuchPath _ ->
                new Verdict.Refused(
                        head,
                        Refusal.protocol(404, "not_found", "There is nothing at this path."),
                        null,
                        head.hasBody());
            case RouteTable.Match.WrongMethod(String allow) ->
                new Verdict.Refused(
                        head,
                        Refusal.protocol(405, "method_not_allowed", "This path takes " + allow + "."),
                        allow,
                        head.hasBody());
            case RouteTable.Match.Found(Endpoint endpoint) -> {
                Refusal body = endpoint.isGuarded() ? guarded(headers, head) : null;
                if (body == null && head.method().equals("POST")) {
                    body = body(headers, head);
                }
                if (body == null && endpoint.isWork()) {
                    if (stage.isDraining()) {
                        body = Refusal.of(
                                ErrorType.SHUTTING_DOWN,
                                "This frontend is shutting down; send the request to another.");
                    } else {
                        Refusal early = endpoint.refuseEarly(head);
                        if (early != null) {
                            yield new Verdict.Refused(head, early, null, !isQuicklyDiscarded(head));
                        }
                    }
                }
                yield body == null
                        ? new Verdict.Accepted(head, endpoint)
                        : new Verdict.Refused(head, body, null, head.hasBody());
            }
        };
    }

    /// A small body that is on its way is thrown away, and the connection lives on: under overload it is new
    /// connections that cost. A client that asked whether to send its body was told no, and may or may not send
    /// it; nobody could tell the body from the next request then.
    private static boolean isQuicklyDiscarded(RequestHead head) {
        return !head.awaitsContinue() && head.bodyBytes() >= 0 && head.bodyBytes() <= DISCARDED_BYTES_MAX;
    }

    private static RequestHead read(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        String expect = headers.get(HttpHeaderNames.EXPECT);
        return new RequestHead(
                RequestHead.idFrom(headers.get(RequestHead.ID)),
                request.method().name(),
                pathOf(request.uri()),
                request.protocolVersion().equals(HttpVersion.HTTP_1_1),
                HttpUtil.isKeepAlive(request) && request.protocolVersion().equals(HttpVersion.HTTP_1_1),
                chunked ? RequestHead.CHUNKED : declaredLength(headers),
                expect != null,
                Tenants.nameFor(headers.get(HttpHeaderNames.AUTHORIZATION)));
    }

    private static @Nullable Refusal framing(HttpRequest request, RequestHead head) {
        HttpHeaders headers = request.headers();
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Refusal.protocol(505, "version_not_supported", "HTTP/1.1 is spoken here.");
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && head.http11()) {
            return bad("A request has exactly one Host header.");
        }
        if (!request.uri().startsWith("/")) {
            return bad("The request target is a path, beginning with a slash.");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (!head.http11() || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return bad("Transfer-Encoding is for HTTP/1.1 and excludes Content-Length.");
            }
            if (codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                return Refusal.protocol(501, "not_implemented", "The only transfer coding served here is chunked.");
            }
        }
        if (head.bodyBytes() == NOT_A_NUMBER) {
            return bad("Content-Length is a number.");
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        if (expect != null
                && (!expect.equalsIgnoreCase("100-continue")
                        || headers.getAll(HttpHeaderNames.EXPECT).size() > 1)) {
            return Refusal.protocol(417, "expectation_failed", "The only expectation known here is 100-continue.");
        }
        if (head.hasBody() && !head.method().equals("POST")) {
            return bad("Only POST requests have a body here.");
        }
        return null;
    }

    private static @Nullable Refusal guarded(HttpHeaders headers, RequestHead head) {
        if (!isAddress(headers.get(HttpHeaderNames.HOST, ""))) {
            return Refusal.protocol(403, "forbidden", "Ask by address or as localhost.");
        }
        return head.method().equals("POST") && !headers.contains(HttpHeaderNames.CONTENT_TYPE)
                ? Refusal.protocol(415, "unsupported_media_type", "Send Content-Type: application/json.")
                : null;
    }

    /// With or without a port.
    private static boolean isAddress(String host) {
        int end = host.lastIndexOf(':');
        String name = end > host.lastIndexOf(']') ? host.substring(0, end) : host;
        return name.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name);
    }

    private @Nullable Refusal body(HttpHeaders headers, RequestHead head) {
        String coding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            return Refusal.protocol(415, "unsupported_media_type", "Send the body without Content-Encoding.");
        }
        if (!isJson(headers.get(HttpHeaderNames.CONTENT_TYPE))) {
            return Refusal.protocol(
                    415, "unsupported_media_type", "The body is JSON; send Content-Type: application/json.");
        }
        return head.bodyBytes() > limits.bodyBytesMax() ? tooLarge() : null;
    }

    static Refusal noRoom() {
        return Refusal.of(ErrorType.RESOURCE_EXHAUSTED, "Too many large requests are arriving; retry later.");
    }

    /// What to say about bytes that are no request.
    /// @param inHead false when the body is what is malformed
    static Refusal malformed(Throwable cause, boolean inHead) {
        if (cause instanceof TooLongHttpLineException && inHead) {
            return Refusal.protocol(414, "uri_too_long", "The request line is too long.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Refusal.protocol(431, "headers_too_large", "The request's headers are too large.");
        }
        return bad("This is not a well-formed HTTP/1.1 request.");
    }

    /// For a body that turns out too large on the way.
    Refusal tooLarge() {
        return Refusal.protocol(
                413, "too_large", "The body is larger than the limit of " + limits.bodyBytesMax() + " bytes.");
    }

    static Refusal bad(String message) {
        return Refusal.protocol(400, "bad_request", message);
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || type.startsWith("application/") && type.endsWith("+json");
    }

    private static long declaredLength(HttpHeaders headers) {
        String text = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (text == null) {
            return 0;
        }
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return NOT_A_NUMBER;
        }
        // Eighteen digits fit; whatever is longer is larger than any limit.
        return text.length() > 18 ? Long.MAX_VALUE : Long.parseLong(text);
    }

    private static String pathOf(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }
}
