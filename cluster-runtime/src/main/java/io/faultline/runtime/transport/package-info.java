/// Messages between nodes. [Transport] is the seam (in-process queues, a modelled network, sockets); the request
/// plane on top of it is written once: one ordered connection a pair of nodes carries all token streams between
/// them, the tokens of one engine step travel in one frame, and heartbeats find a peer that went silent.
@NullMarked
package io.faultline.runtime.transport;

import org.jspecify.annotations.NullMarked;
