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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides from a request's head alone whether it is served: framing, target, route, type and size of the body,
/// and whether the server drains. Thread-safe; the answer to everything doubtful is a refusal, because a proxy in
/// front may read it differently.
final class HeadCheck {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    /// What may stand in an authority (RFC 3986, 3.2), less the user name.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~%!$&'()*+,;=:\\[\\]-]*");

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
        /// @param endpoint that it was for; null when it was for none
        /// @param isCounted whether the frontend counts it by itself
        record Refused(
                RequestHead head,
                Refusal refusal,
                @Nullable String allow,
                boolean closes,
                @Nullable Endpoint endpoint,
                boolean isCounted)
                implements Verdict {
            /// For no endpoint.
            static Refused unrouted(RequestHead head, Refusal refusal, @Nullable String allow, boolean closes) {
                return new Refused(head, refusal, allow, closes, null, false);
            }
        }
    }

    Verdict check(HttpRequest request) {
        HttpHeaders headers = request.headers();
        RequestHead head = read(request);
        Refusal framing = framing(request, head);
        if (framing != null) {
            return Verdict.Refused.unrouted(head, framing, null, true);
        }
        return switch (routes.find(head.method(), head.path())) {
            case RouteTable.Match.NoSuchPath _ ->
                Verdict.Refused.unrouted(
                        head,
                        Refusal.protocol(404, "not_found", "There is nothing at this path."),
                        null,
                        head.hasBody());
            case RouteTable.Match.WrongMethod(String allow) ->
                Verdict.Refused.unrouted(
                        head,
                        Refusal.protocol(405, "method_not_allowed", "This path takes " + allow + "."),
                        allow,
                        head.hasBody());
            case RouteTable.Match.Found(Endpoint endpoint) -> {
                Refusal body = endpoint.isGuarded() ? guarded(request, head) : null;
                if (body == null) {
                    body = head.method().equals("POST")
                            ? body(headers, head)
                            : head.hasBody() ? bad("Only POST requests have a body here.") : null;
                }
                if (body == null && endpoint.isWork()) {
                    if (stage.isDraining()) {
                        body = Refusal.of(
                                ErrorType.SHUTTING_DOWN,
                                "This frontend is shutting down; send the request to another.");
                    } else {
                        Refusal early = endpoint.refuseEarly(head);
                        if (early != null) {
                            yield new Verdict.Refused(head, early, null, !isQuicklyDiscarded(head), endpoint, true);
                        }
                    }
                }
                yield body == null
                        ? new Verdict.Accepted(head, endpoint)
                        : new Verdict.Refused(head, body, null, head.hasBody(), endpoint, false);
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
                isHttp11(request.protocolVersion()),
                HttpUtil.isKeepAlive(request) && isHttp11(request.protocolVersion()),
                chunked ? RequestHead.CHUNKED : declaredLength(headers),
                expect != null && isHttp11(request.protocolVersion()),
                Tenants.nameFor(headers.get(HttpHeaderNames.AUTHORIZATION)));
    }

    private static @Nullable Refusal framing(HttpRequest request, RequestHead head) {
        HttpHeaders headers = request.headers();
        if (request.protocolVersion().majorVersion() != 1) {
            return Refusal.protocol(505, "version_not_supported", "HTTP/1.1 is spoken here.");
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || hosts.isEmpty() && head.http11()) {
            return bad("A request has exactly one Host header.");
        }
        if (!hosts.isEmpty() && !HOST.matcher(hosts.getFirst()).matches()) {
            return bad("The Host header must be a host and perhaps a port.");
        }
        if (request.uri().regionMatches(true, 0, HTTPS, 0, HTTPS.length())) {
            return Refusal.protocol(421, "misdirected_request", "This connection is not secured; ask by http.");
        }
        if (!head.path().startsWith("/")) {
            return bad("The request target must be a path that begins with a slash, or an http URL.");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (!head.http11() || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return bad("Transfer-Encoding is for HTTP/1.1 and excludes Content-Length.");
            }
            String all = String.join(",", codings);
            String last = all.substring(all.lastIndexOf(',') + 1).strip();
            if (!last.equalsIgnoreCase("chunked")) {
                // Where such a body ends is anybody's guess (RFC 9112, 6.3).
                return bad("The last transfer coding must be chunked.");
            }
            if (all.indexOf(',') >= 0) {
                return Refusal.protocol(501, "not_implemented", "The only transfer coding served here is chunked.");
            }
        }
        if (head.bodyBytes() == NOT_A_NUMBER) {
            return bad("Content-Length is a number.");
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        if (expect != null
                && head.http11()
                && (!expect.equalsIgnoreCase("100-continue")
                        || headers.getAll(HttpHeaderNames.EXPECT).size() > 1)) {
            return Refusal.protocol(417, "expectation_failed", "The only expectation known here is 100-continue.");
        }
        return null;
    }

    /// A later minor version is spoken to as 1.1, the highest of its major version that is known here (RFC 9110, 2.5).
    private static boolean isHttp11(HttpVersion version) {
        return version.majorVersion() == 1 && version.minorVersion() >= 1;
    }

    private static @Nullable Refusal guarded(HttpRequest request, RequestHead head) {
        HttpHeaders headers = request.headers();
        String authority = authorityOf(request.uri());
        if (!isAddress(authority.isEmpty() ? headers.get(HttpHeaderNames.HOST, "") : authority)) {
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

    /// Without the query, and without what comes before the path of an absolute target, which a proxy sends and every
    /// server has to accept (RFC 9112, 3.2.2).
    private static String pathOf(String uri) {
        int query = uri.indexOf('?');
        String whole = query < 0 ? uri : uri.substring(0, query);
        int authority = authorityBegin(whole);
        if (authority < 0) {
            return whole;
        }
        int path = whole.indexOf('/', authority);
        String host = whole.substring(authority, path < 0 ? whole.length() : path);
        return host.isEmpty() ? "" : path < 0 ? "/" : whole.substring(path);
    }

    /// Of an absolute target, which then counts instead of the Host header; empty for a path.
    private static String authorityOf(String uri) {
        int begin = authorityBegin(uri);
        if (begin < 0) {
            return "";
        }
        int end = begin;
        while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
            end++;
        }
        return uri.substring(begin, end);
    }

    private static int authorityBegin(String uri) {
        return uri.regionMatches(true, 0, HTTP, 0, HTTP.length()) ? HTTP.length() : -1;
    }
}
