package io.faultline.runtime.host.http;

/// The head of a request that will be served or refused in words. Immutable.
///
/// @param id `x-dynamo-request-id`, the client's if it is a UUID
/// @param method in upper case
/// @param path without the query
/// @param http11 false for HTTP/1.0, which knows no chunks
/// @param keepAlive whether the client wants to go on with the connection
/// @param bodyBytes declared length, [#CHUNKED] when the body comes in chunks, 0 when there is none
/// @param awaitsContinue the client sends its body only after `100 Continue`
record RequestHead(
        String id,
        String method,
        String path,
        boolean http11,
        boolean keepAlive,
        long bodyBytes,
        boolean awaitsContinue) {
    static final long CHUNKED = -1;

    boolean hasBody() {
        return bodyBytes != 0;
    }
}
