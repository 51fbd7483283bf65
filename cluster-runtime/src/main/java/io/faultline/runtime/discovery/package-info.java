/// Who is in the cluster. A key-value store with leases, revisions, watches and transactions, shaped like etcd, and
/// what nodes do with it: keep a registration alive, keep a directory of instances. A lease says who is probably
/// alive, never who may act. A watch is never trusted alone: the directory compares itself with a full listing.
@NullMarked
package io.faultline.runtime.discovery;

import org.jspecify.annotations.NullMarked;
