/// The OpenAI-compatible API: an HTTP/1.1 server in front of a
/// [FrontendPort][io.faultline.runtime.frontend.FrontendPort]. It reads requests strictly, hands them to the frontend
/// on the frontend's loop, and writes the answer as one JSON document or as server-sent events.
///
/// Words: a *connection* is one client socket; an *exchange* is one request on it and the right to answer it; an
/// *answer* is the part of an exchange that listens to the frontend. Connections live on their event loop, answers on
/// the frontend's loop; where both are the same thread nothing hops.
@NullMarked
package io.faultline.runtime.host.http;

import org.jspecify.annotations.NullMarked;
