/// Stores for real time: the in-memory store of the embedded world behind its own loop, and etcd for the distributed
/// one. Both are clients that live on a node's loop and keep the promises of
/// [io.faultline.runtime.discovery.KeyValueStore]; the conformance suite runs against both.
@NullMarked
package io.faultline.runtime.host.store;

import org.jspecify.annotations.NullMarked;
