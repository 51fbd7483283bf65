package io.faultline.runtime.host.http;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The head of a request that will be served or refused in words. Immutable.
///
/// @param id `x-dynamo-request-id`, the client's if it is a UUID
/// @param method in upper case
/// @param path without the query
/// @param http11 false for HTTP/1.0, which knows no chunks
/// @param keepAlive whether the client wants to go on with the connection
/// @param bodyBytes declared length, [#CHUNKED] when the body comes in chunks, 0 when there is none
/// @param tenant a name for its API key that does not tell the key; empty without one
/// @param awaitsContinue the client sends its body only after `100 Continue`
record RequestHead(
        String id,
        String method,
        String path,
        boolean http11,
        boolean keepAlive,
        long bodyBytes,
        boolean awaitsContinue,
        String tenant) {
    /// The header that carries a request's id in both directions.
    static final String ID = "x-dynamo-request-id";

    static final long CHUNKED = -1;

    /// Stands for a request whose head could not be read.
    static RequestHead unread() {
        return new RequestHead(idFrom(null), "GET", "", true, false, 0, false, "");
    }

    boolean hasBody() {
        return bodyBytes != 0;
    }

    /// The client's, when it is a UUID in its usual form; otherwise a new one.
    static String idFrom(@Nullable String offered) {
        return offered != null && isUuid(offered)
                ? offered.toLowerCase(Locale.ROOT)
                : UUID.randomUUID().toString();
    }

    private static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : c >= 0x80 || Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }
}
